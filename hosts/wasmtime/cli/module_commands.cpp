#include "module_commands.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "module_description.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

host::ModuleDescription describe(const std::filesystem::path &file) {
  return host::describe_module(host::read_binary_file(file));
}

std::string memory_text(const host::WasmMemory &memory) {
  const auto mebibytes = [](std::uint64_t pages) {
    return fmt::format("{:.1f} MiB", static_cast<double>(pages) / 16);
  };
  return mebibytes(memory.minimum_pages) + " at the start, " +
         (memory.maximum_pages ? mebibytes(*memory.maximum_pages) + " at most" : "no maximum");
}

}  // namespace

int print_manifest(const std::filesystem::path &file) {
  const std::string manifest = describe(file).manifest;
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
  line("module", manifest.value("id", "") + " " + manifest.value("version", ""));
  for (const host::WasmMemory &memory : module.file.memories) line("memory", memory_text(memory));
  for (const auto &action : manifest.value("actions", nlohmann::json::array())) {
    line("action",
         action.value("export", "") + ": " + action.value("description", action.value("title", "")));
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
