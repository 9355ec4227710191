// The gate: what a built module shows is what abi/golden.json says, for both toolchains.
#include <nlohmann/json.hpp>
#include <wasmtime.hh>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "action.h"
#include "catch.hpp"
#include "wasm_file.hpp"

namespace {

using nlohmann::json;
using skipcall::host::WasmKind;
using Signatures = std::map<std::string, std::string>;

json read_json(const std::string &path) {
  std::ifstream file(path);
  REQUIRE(file);
  return json::parse(file);
}

const json &golden() {
  static const json list = read_json(SKIPCALL_SOURCE_DIR "/abi/golden.json");
  return list;
}

struct BuiltModule {
  std::string toolchain;
  std::vector<uint8_t> bytes;
  skipcall::host::WasmFile file;
};

BuiltModule built_module() {
  const std::string toolchain = GENERATE("wasm", "wasm-emscripten");
  INFO("build/" << toolchain << "; ./dev build builds it again");
  BuiltModule built{
      toolchain,
      skipcall::host::read_binary_file(SKIPCALL_SOURCE_DIR "/build/" + toolchain + "/remove_contacts.wasm"),
      {}};
  built.file = skipcall::host::parse_wasm(built.bytes);
  return built;
}

// An instance with imports that do nothing, on wasmtime itself.
struct RunningModule {
  wasmtime::Engine engine;
  wasmtime::Store store{engine};
  wasmtime::Instance instance;
  wasmtime::Memory memory;

  explicit RunningModule(std::span<uint8_t> bytes)
      : instance(make(bytes)), memory(get<wasmtime::Memory>("memory")) {}

  template <class T>
  T get(const std::string &name) {
    return std::get<T>(*instance.get(store, name));
  }
  uint32_t call(const std::string &name) {
    return static_cast<uint32_t>(get<wasmtime::Func>(name).call(store, {}).unwrap().at(0).i32());
  }
  std::span<uint8_t> bytes() {
    const auto all = memory.data(store);
    return {all.data(), all.size()};
  }
  uint32_t word(uint32_t at) {
    uint32_t value;
    std::copy_n(bytes().begin() + at, sizeof value, reinterpret_cast<uint8_t *>(&value));
    return value;
  }

 private:
  wasmtime::Instance make(std::span<uint8_t> bytes) {
    wasmtime::Linker linker(engine);
    linker.func_wrap(ACTION_HOST_MODULE, "http_send", [](int32_t, int32_t, int32_t) {}).unwrap();
    linker.func_wrap(ACTION_HOST_MODULE, "http_cancel", [](int32_t, int32_t) {}).unwrap();
    return linker.instantiate(store, wasmtime::Module::compile(engine, bytes).unwrap()).unwrap();
  }
};

}  // namespace

TEST_CASE("a module imports what the golden list has, and nothing else") {
  const BuiltModule module = built_module();
  CAPTURE(module.toolchain);
  std::map<std::string, Signatures> imports;
  for (const auto &import : module.file.imports) {
    CHECK(import.kind == WasmKind::function);
    CHECK(imports[import.module].emplace(import.name, import.signature).second);
  }
  CHECK(json(imports) == golden()["imports"]);
}

TEST_CASE("a module exports what the golden list has, and nothing else") {
  const BuiltModule module = built_module();
  CAPTURE(module.toolchain);
  Signatures functions;
  std::vector<std::string> others;
  for (const auto &item : module.file.exports) {
    if (item.kind == WasmKind::function) {
      functions.emplace(item.name, item.signature);
    } else {
      others.push_back(item.name);
    }
  }
  json expected = golden()["exports"];
  expected.update(golden()["actions"]);
  CHECK(json(functions) == expected);
  CHECK(others == std::vector<std::string>{"memory"});
}

TEST_CASE("a module has one memory with the declared maximum") {
  const BuiltModule module = built_module();
  CAPTURE(module.toolchain);
  REQUIRE(module.file.memories.size() == 1);
  const auto &memory = module.file.memories[0];
  CHECK(memory.maximum_pages == golden()["memory"]["maximumPages"].get<uint64_t>());
  CHECK_FALSE(memory.is_64_bit);
  CHECK_FALSE(memory.is_shared);
}

TEST_CASE("the stack is below all data, so that an overflow traps") {
  BuiltModule module = built_module();
  CAPTURE(module.toolchain);
  RunningModule running(module.bytes);
  const auto stack = running.bytes().first(golden()["memory"]["stackBytes"].get<size_t>());
  CHECK(std::all_of(stack.begin(), stack.end(), [](uint8_t byte) { return byte == 0; }));
  const auto data = running.bytes().subspan(stack.size());
  CHECK(std::any_of(data.begin(), data.end(), [](uint8_t byte) { return byte != 0; }));
}

TEST_CASE("the stack grows down from where the data begins") {
  BuiltModule module = built_module();
  CAPTURE(module.toolchain);
  RunningModule running(module.bytes);
  running.get<wasmtime::Func>("_initialize").call(running.store, {}).unwrap();
  const auto start = running.get<wasmtime::Func>("remove_contacts");
  REQUIRE(start.call(running.store, {int32_t{0}, int32_t{0}, int32_t{0}, int64_t{1}}).unwrap().at(0).i32() ==
          1);
  const auto stack = running.bytes().first(golden()["memory"]["stackBytes"].get<size_t>());
  const auto is_used = [](uint8_t byte) { return byte != 0; };
  CHECK(std::any_of(stack.end() - 1024, stack.end(), is_used));
  CHECK(std::none_of(stack.begin(), stack.begin() + 1024, is_used));
}

TEST_CASE("a module does not exceed its size limit") {
  const BuiltModule module = built_module();
  const json &limits = golden()["bytesAtMost"];
  CAPTURE(module.toolchain, module.bytes.size());
  REQUIRE(limits.contains(module.toolchain));
  CHECK(module.bytes.size() <= limits[module.toolchain].get<size_t>());
}

TEST_CASE("a module has the manifest as its only custom section, and lends the same bytes") {
  BuiltModule module = built_module();
  CAPTURE(module.toolchain);
  REQUIRE(module.file.custom_sections.size() == 1);
  const auto &section = module.file.custom_sections[0];
  CHECK(section.name == ACTION_SECTION_MANIFEST);

  RunningModule running(module.bytes);
  running.get<wasmtime::Func>("_initialize").call(running.store, {}).unwrap();
  const uint32_t range = running.call("action_manifest");
  const auto lent = running.bytes().subspan(running.word(range), running.word(range + 4));
  CHECK(std::string(lent.begin(), lent.end()) == section.bytes);
  CHECK(json::parse(section.bytes) ==
        read_json(SKIPCALL_SOURCE_DIR "/plugin-manifest/remove_contacts.manifest.json"));
}

TEST_CASE("a module reports the ABI version of the golden list") {
  BuiltModule module = built_module();
  CAPTURE(module.toolchain);
  RunningModule running(module.bytes);
  running.get<wasmtime::Func>("_initialize").call(running.store, {}).unwrap();
  CHECK(running.call("action_abi_version") == golden()["constants"]["ACTION_ABI_VERSION"].get<uint32_t>());
}

TEST_CASE("the manifest says the same about the module as the golden list") {
  const json manifest = read_json(SKIPCALL_SOURCE_DIR "/plugin-manifest/remove_contacts.manifest.json");
  const json &module = manifest["module"];
  CHECK(manifest["abiVersion"] == golden()["abiVersion"]);
  CHECK(module["memory"]["maximumPages"] == golden()["memory"]["maximumPages"]);
  CHECK(module["features"] == golden()["features"]);

  std::set<std::string> exports{"memory"}, imports;
  for (const char *part : {"exports", "actions"}) {
    for (const auto &[name, signature] : golden()[part].items()) exports.insert(name);
  }
  for (const auto &[name, signature] : golden()["imports"][ACTION_HOST_MODULE].items()) imports.insert(name);
  CHECK(module["exports"].get<std::set<std::string>>() == exports);
  CHECK(module["imports"][ACTION_HOST_MODULE].get<std::set<std::string>>() == imports);
  CHECK(module["imports"].size() == golden()["imports"].size());

  std::set<std::string> actions;
  for (const auto &action : manifest["actions"]) actions.insert(action["export"]);
  for (const auto &[name, signature] : golden()["actions"].items()) CHECK(actions.erase(name) == 1);
  CHECK(actions.empty());
}
