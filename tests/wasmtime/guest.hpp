// The test guest, compiled from its text, whole or with parts of the text replaced.
#pragma once
#include <signal.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
#include <wasmtime.hh>

namespace skipcall::host {

// Catch2 installs its own handlers over those by which wasmtime distinguishes a trap from a crash. This keeps
// wasmtime's from before main, and restores them.
class TrapSignals {
 public:
  TrapSignals() {
    wasmtime::Engine engine;
    for (size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], nullptr, &kept_[i]);
  }
  void restore() const {
    for (size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &kept_[i], nullptr);
  }

 private:
  static constexpr std::array signals{SIGILL, SIGSEGV, SIGFPE, SIGBUS};
  std::array<struct sigaction, signals.size()> kept_{};
};
inline const TrapSignals trap_signals;

inline std::vector<uint8_t> guest(const std::vector<std::pair<std::string, std::string>> &exchanged = {}) {
  trap_signals.restore();
  std::ifstream file(SKIPCALL_SOURCE_DIR "/tests/wasmtime/guests/actions.wat");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const auto &[from, to] : exchanged) {
    size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("the guest's text has no " + from);
    text.replace(at, from.size(), to);
  }
  auto binary = wasmtime::wat2wasm(text);
  if (!binary) throw std::runtime_error(binary.err().message());
  return binary.ok();
}

}  // namespace skipcall::host
