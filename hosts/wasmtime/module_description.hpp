// Whether a WebAssembly file speaks the action ABI, and what its manifest says: everything a tool can know
// about a module without running it.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "declared_connection.hpp"
#include "wasm_file.hpp"

namespace skipcall::host {

struct ModuleDescription {
  uint64_t file_bytes = 0;
  std::string sha256;                // of the file, in hexadecimal digits
  std::string abi_version;           // "1.0"
  uint32_t abi_version_number = 0;   // the same, as action_abi_version() has it
  std::string manifest;              // the custom section's bytes: UTF-8 JSON
  std::vector<std::string> actions;  // the exports that start a run
  std::vector<DeclaredConnection> connections;
  WasmFile file;
};

// Reads and judges a module. Throws NotWasm; WrongAbi, naming what is wrong: no manifest section, one that is
// not JSON or lacks a member, another ABI version, a missing export, another signature, an import that is not
// the ABI's.
ModuleDescription describe_module(std::span<const uint8_t> binary);

}  // namespace skipcall::host
