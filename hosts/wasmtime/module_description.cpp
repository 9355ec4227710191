#include "module_description.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "action.h"
#include "digest.hpp"
#include "error.hpp"
#include "text_member.hpp"

namespace skipcall::host {
namespace {

using Json = nlohmann::ordered_json;  // headers are sent in the order of the manifest

[[noreturn]] void wrong_abi(const std::string &why) {
  throw HostError(Fault::wrong_abi, "the module does not speak action ABI " +
                                        std::to_string(ACTION_ABI_MAJOR) + "." +
                                        std::to_string(ACTION_ABI_MINOR) + ": " + why);
}

struct Function {
  const char *name;
  const char *signature;
};

constexpr Function required_exports[] = {
    {"_initialize", "()->()"},
    {"action_abi_version", "()->(i32)"},
    {"action_manifest", "()->(i32)"},
    {"action_alloc", "(i32)->(i32)"},
    {"action_free", "(i32)->()"},
    {"action_wake", "(i32,i64)->(i32)"},
    {"action_http_done", "(i32,i32,i64,i32)->(i32)"},
    {"action_cancel", "(i32,i64)->(i32)"},
    {"action_status", "(i32)->(i32)"},
    {"action_result", "(i32)->(i32)"},
    {"action_release", "(i32)->()"},
};
constexpr const char *action_signature = "(i32,i32,i32,i64)->(i32)";

constexpr Function allowed_imports[] = {
    {"http_send", "(i32,i32,i32)->()"},
    {"http_cancel", "(i32,i32)->()"},
};

void check_export(const WasmFile &file, const std::string &name, const std::string &signature) {
  const WasmExport *found = file.find_export(name);
  if (found == nullptr || found->kind != WasmKind::function)
    wrong_abi("it does not export the function " + name);
  if (found->signature != signature) {
    wrong_abi("its export " + name + " is " + found->signature + " instead of " + signature);
  }
}

void check_memory(const WasmFile &file) {
  const WasmExport *found = file.find_export("memory");
  if (found == nullptr || found->kind != WasmKind::memory) wrong_abi("it does not export its memory");
  if (file.memories.size() != 1) wrong_abi("it has more than one memory");
  if (file.memories[0].is_64_bit || file.memories[0].is_shared) wrong_abi("its memory is not plain wasm32");
  if (!file.memories[0].maximum_pages) wrong_abi("its memory has no maximum");
}

void check_imports(const WasmFile &file) {
  for (const WasmImport &import : file.imports) {
    const std::string name = import.module + "." + import.name;
    auto allowed = std::find_if(
        std::begin(allowed_imports), std::end(allowed_imports),
        [&](const Function &f) { return import.module == ACTION_HOST_MODULE && import.name == f.name; });
    if (allowed == std::end(allowed_imports)) wrong_abi("it imports " + name + ", which no host supplies");
    if (import.kind != WasmKind::function || import.signature != allowed->signature) {
      wrong_abi("its import " + name + " is " + import.signature + " instead of " + allowed->signature);
    }
  }
}

// "1.0" as major << 16 | minor; nothing if it is not a version.
std::optional<uint32_t> version_number(const std::string &text) {
  uint16_t major = 0, minor = 0;
  const char *const end = text.data() + text.size();
  const auto [dot, is_major] = std::from_chars(text.data(), end, major);
  if (is_major != std::errc() || dot == end || *dot != '.') return std::nullopt;
  const auto [rest, is_minor] = std::from_chars(dot + 1, end, minor);
  if (is_minor != std::errc() || rest != end) return std::nullopt;
  return uint32_t{major} << 16 | minor;
}

DeclaredField read_field(const Json &object) {
  const auto secret = object.find("secret");
  return {text_member(object, "name"), text_member(object, "title"), text_member(object, "pattern"),
          secret == object.end() || *secret != false};
}

DeclaredConnection read_connection(const Json &object) {
  DeclaredConnection connection{text_member(object, "id"), text_member(object, "baseUrl"), {}, {}};
  if (connection.name.empty()) wrong_abi("its manifest has a connection without an id");
  if (auto fields = object.find("fields"); fields != object.end() && fields->is_array()) {
    for (const Json &field : *fields) {
      if (!field.is_object() || text_member(field, "name").empty())
        wrong_abi("its manifest has a field without a name in connection " + connection.name);
      connection.fields.push_back(read_field(field));
    }
  }
  if (auto headers = object.find("headers"); headers != object.end() && headers->is_object()) {
    for (const auto &[name, value] : headers->items()) {
      if (!value.is_string())
        wrong_abi("its manifest has a header that is not a string in connection " + connection.name);
      connection.headers.emplace_back(name, value.get<std::string>());
    }
  }
  return connection;
}

void read_manifest(ModuleDescription &module) {
  auto is_manifest = [](const WasmCustomSection &s) { return s.name == ACTION_SECTION_MANIFEST; };
  const auto &sections = module.file.custom_sections;
  if (std::count_if(sections.begin(), sections.end(), is_manifest) != 1) {
    wrong_abi(std::string("it does not have exactly one custom section ") + ACTION_SECTION_MANIFEST);
  }
  module.manifest = module.file.find_custom_section(ACTION_SECTION_MANIFEST)->bytes;
  constexpr size_t longest_manifest = 1u << 20;
  if (module.manifest.size() > longest_manifest) wrong_abi("its manifest is larger than 1 MiB");
  Json manifest = Json::parse(module.manifest, nullptr, false);
  if (!manifest.is_object()) wrong_abi("its manifest is not a JSON object");

  module.abi_version = text_member(manifest, "abiVersion");
  const auto version = version_number(module.abi_version);
  // Any minor version of this major one is accepted (ABI.md "Versions").
  if (!version || *version >> 16 != ACTION_ABI_MAJOR) {
    wrong_abi(module.abi_version.empty() ? "its manifest names no version"
                                         : "it speaks " + module.abi_version);
  }
  module.abi_version_number = *version;
  auto actions = manifest.find("actions");
  if (actions == manifest.end() || !actions->is_array() || actions->empty()) {
    wrong_abi("its manifest names no action");
  }
  for (const Json &action : *actions) {
    const std::string name = action.is_object() ? text_member(action, "export") : std::string();
    if (name.empty()) wrong_abi("its manifest has an action without an export");
    module.actions.push_back(name);
  }
  if (auto connections = manifest.find("connections");
      connections != manifest.end() && connections->is_array()) {
    for (const Json &object : *connections) {
      if (object.is_object()) module.connections.push_back(read_connection(object));
    }
  }
}

}  // namespace

ModuleDescription describe_module(std::span<const uint8_t> binary) {
  ModuleDescription module;
  module.file_bytes = binary.size();
  module.file = parse_wasm(binary);
  module.sha256 = to_hex(sha256(binary));
  read_manifest(module);
  if (module.file.has_start) wrong_abi("it has a start function; _initialize is what sets a module up");
  check_imports(module.file);
  check_memory(module.file);
  for (const Function &function : required_exports)
    check_export(module.file, function.name, function.signature);
  for (const std::string &action : module.actions) check_export(module.file, action, action_signature);
  return module;
}

}  // namespace skipcall::host
