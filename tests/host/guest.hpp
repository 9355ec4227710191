// The test guest, compiled from its text, whole or with pieces of the text exchanged.
#pragma once
#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
#include <wasmtime.hh>

namespace skipcall::host {

inline std::vector<uint8_t> guest(const std::vector<std::pair<std::string, std::string>> &exchanged = {}) {
  std::ifstream file(SKIPCALL_SOURCE_DIR "/tests/host/guests/actions.wat");
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
