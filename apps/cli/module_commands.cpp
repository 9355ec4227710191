#include "module_commands.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harmless_text.hpp"
#include "module_description.hpp"
#include "text_member.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

host::ModuleDescription describe(const std::filesystem::path &file) {
  return host::describe_module(host::read_binary_file(file));
}

using host::text_member;

std::string memory_text(const host::WasmMemory &memory) {
  const auto mebibytes = [](uint64_t pages) {
    return fmt::format("{:.1f} MiB", static_cast<double>(pages) / 16);
  };
  return mebibytes(memory.minimum_pages) + " at the start, " +
         (memory.maximum_pages ? mebibytes(*memory.maximum_pages) + " at most" : "no maximum");
}

// Both with the separator between them, or the one that is not empty.
std::string joined(const std::string &first, std::string_view separator, const std::string &second) {
  if (first.empty() || second.empty()) return first + second;
  return fmt::format("{}{}{}", first, separator, second);
}

}  // namespace

int print_manifest(const std::filesystem::path &file) {
  const std::string manifest = host::harmless_json(describe(file).manifest);
  std::fwrite(manifest.data(), 1, manifest.size(), stdout);
  if (!manifest.ends_with('\n')) std::fputc('\n', stdout);
  return 0;
}

int inspect_module(const std::filesystem::path &file) {
  const host::ModuleDescription module = describe(file);
  const auto manifest = nlohmann::json::parse(module.manifest);
  const auto line = [](std::string_view name, const std::string &value) {
    fmt::print("{:<12} {}\n", name, printable(value));
  };
  line("file", file.string());
  line("size", grouped(module.file_bytes) + " bytes");
  line("sha256", module.sha256);
  line("abi", module.abi_version);
  line("module", joined(text_member(manifest, "id"), " ", text_member(manifest, "version")));
  for (const host::WasmMemory &memory : module.file.memories) line("memory", memory_text(memory));
  for (const auto &action : manifest.at("actions")) {
    const std::string description = text_member(action, "description");
    line("action", joined(text_member(action, "export"), ": ",
                          description.empty() ? text_member(action, "title") : description));
  }
  for (const host::DeclaredConnection &connection : module.connections) {
    line("connection", connection.name + " " + connection.base_url);
  }
  for (const host::WasmImport &import : module.file.imports) {
    line("import", import.module + "." + import.name + " " + import.signature);
  }
  for (const host::WasmExport &item : module.file.exports) {
    line("export",
         item.name + " " +
             (item.signature.empty() ? std::string(host::wasm_kind_name(item.kind)) : item.signature));
  }
  return 0;
}

}  // namespace skipcall::cli
