// What a WebAssembly binary says about itself, read without compiling or running it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skipcall::host {

enum class WasmKind : uint8_t { function = 0, table = 1, memory = 2, global = 3, tag = 4 };

// "function", "table" …
std::string_view wasm_kind_name(WasmKind kind);

struct WasmImport {
  std::string module;
  std::string name;
  WasmKind kind;
  std::string signature;  // of a function, as "(i32,i64)->(i32)"; else empty
};

struct WasmExport {
  std::string name;
  WasmKind kind;
  std::string signature;
};

// A memory the module defines or imports, in pages of 64 KiB.
struct WasmMemory {
  uint64_t minimum_pages;
  std::optional<uint64_t> maximum_pages;
  bool is_64_bit = false;
  bool is_shared = false;
};

struct WasmCustomSection {
  std::string name;
  std::string bytes;
};

struct WasmFile {
  std::vector<WasmImport> imports;
  std::vector<WasmExport> exports;
  std::vector<WasmMemory> memories;
  std::vector<WasmCustomSection> custom_sections;
  bool has_start = false;  // a function that runs when the module is instantiated

  // Lent for the life of this object; 0 when there is none of that name.
  const WasmExport *find_export(std::string_view name) const;
  const WasmCustomSection *find_custom_section(std::string_view name) const;
};

// Reads a binary (WebAssembly core specification, 5.5). Code and data are skipped, not validated.
// Throws NotWasm: other magic or version, a component, a cut or overlong section, more of something than a
// real module has, so that a small file cannot make a host use gigabytes.
WasmFile parse_wasm(std::span<const uint8_t> binary);

// The bytes of a regular file. Throws Unreadable: missing, not a regular file, no permission, larger than
// limit.
std::vector<uint8_t> read_binary_file(const std::filesystem::path &path, uint64_t limit = 16u << 20);

}  // namespace skipcall::host
