// What can fail in a host, apart from the action's own result. One exception type, so that a caller can map
// every failure to a message and an exit code in one place.
#pragma once
#include <stdexcept>
#include <string>

#include "harmless_text.hpp"

namespace skipcall::host {

enum class Fault {
  not_wasm,     // the file is not a WebAssembly module, or is cut off
  wrong_abi,    // it is one, but does not speak this version of the ABI: version, export, signature, import
  unreadable,   // a file cannot be read, or written
  trap,         // the module trapped, or broke a rule of the ABI while running
  out_of_time,  // one call into the module took longer than its limit
  no_memory,    // the module has no room for the input or a response
  connection,   // base URL or key cannot be used
  journal,      // the journal is in use, another run's, or damaged
  internal      // libcurl, OpenSSL or wasmtime failed where they never do
};

// Thrown by every part of this folder. what(): one sentence for a person, harmless text on one line; never
// holds the key.
class HostError : public std::runtime_error {
 public:
  HostError(Fault fault, const std::string &message)
      : std::runtime_error(harmless_text(shortened(message))), fault_(fault) {}
  Fault fault() const { return fault_; }

 private:
  // A name that a module chose may be megabytes long.
  static std::string shortened(const std::string &message) {
    constexpr size_t longest = 2000;
    return message.size() <= longest ? message : message.substr(0, longest) + "…";
  }

  Fault fault_;
};

}  // namespace skipcall::host
