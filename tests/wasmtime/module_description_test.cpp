#include "module_description.hpp"

#include "catch.hpp"
#include "expect_fault.hpp"
#include "guest.hpp"

using namespace skipcall::host;
using Exchanged = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("a module that speaks the ABI is described by its manifest") {
  auto binary = guest();
  ModuleDescription module = describe_module(binary);
  CHECK(module.abi_version == "1.0");
  CHECK(module.file_bytes == binary.size());
  CHECK(module.sha256.size() == 64);
  CHECK(module.actions.size() == 9);
  CHECK(module.actions[0] == "echo");
  CHECK(module.manifest.substr(0, 20) == "{\"abiVersion\":\"1.0\",");
  REQUIRE(module.connections.size() == 1);
  CHECK(module.connections[0].name == "test");
  CHECK(module.connections[0].base_url == "https://api.example.com");
  using Headers = std::vector<std::pair<std::string, std::string>>;
  CHECK(module.connections[0].headers == Headers{{"Authorization", "Bearer {key}"}});
}

TEST_CASE("a module that does not speak the ABI is refused, with what is wrong with it") {
  struct Case {
    Exchanged exchanged;
    std::string named;
  };
  auto [exchanged, named] = GENERATE(values<Case>({
      {{{"\\\"abiVersion\\\":\\\"1.0\\\"", "\\\"abiVersion\\\":\\\"0.8\\\""}}, "it speaks 0.8"},
      {{{"\\\"abiVersion\\\":\\\"1.0\\\"", "\\\"abiVersion\\\":\\\"2.0\\\""}}, "it speaks 2.0"},
      {{{"\\\"abiVersion\\\":\\\"1.0\\\",", ""}}, "names no version"},
      {{{"@custom \"action_manifest\" \"{", "@custom \"action_manifest\" \"["}}, "not a JSON object"},
      {{{"@custom \"action_manifest\"", "@custom \"manifest\""}}, "exactly one custom section"},
      {{{"\\\"actions\\\"", "\\\"deeds\\\""}}, "names no action"},
      {{{"{\\\"export\\\":\\\"echo\\\"}", "{\\\"export\\\":\\\"repeat\\\"}"}}, "the function repeat"},
      {{{"(export \"action_wake\")", ""}}, "the function action_wake"},
      {{{"(export \"memory\")", ""}}, "does not export its memory"},
      {{{"(export \"memory\") 1 1024", "(export \"memory\") 1"}}, "its memory has no maximum"},
      {{{"\\\"abiVersion\\\":\\\"1.0\\\"", "\\\"abiVersion\\\":\\\"1.0.1\\\""}}, "it speaks 1.0.1"},
      {{{"(func (export \"action_free\") (param i32))", "(func (export \"action_free\") (param i64))"}},
       "its export action_free is (i64)->() instead of (i32)->()"},
      {{{"\"http_cancel\"", "\"http_abort\""}}, "it imports action_host_v1.http_abort"},
      {{{"\"action_host_v1\" \"http_cancel\"", "\"wasi_snapshot_preview1\" \"proc_exit\""}},
       "it imports wasi_snapshot_preview1.proc_exit"},
      {{{"(export \"memory\") 1 1024)", "(export \"memory\") 1 1024) (func $begin) (start $begin)"}},
       "it has a start function"},
      {{{"\\\"abiVersion\\\":\\\"1.0\\\"", "\\\"abiVersion\\\":\\\"\\\\u001b[2J\\\\u202e\\\""}},
       "it speaks ?[2J?"},
      {{{"(func $http_cancel (param i32 i32))", "(func $http_cancel (param i32))"}},
       "its import action_host_v1.http_cancel is (i32)->()"},
  }));
  auto binary = guest(exchanged);
  HostError error = fault_of([&] { describe_module(binary); });
  CHECK(error.fault() == Fault::wrong_abi);
  CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring(named));
}

TEST_CASE("another program in WebAssembly is refused") {
  auto binary = wasmtime::wat2wasm("(module (func (export \"_start\")))").ok();
  CHECK(fault_of([&] { describe_module(binary); }).fault() == Fault::wrong_abi);
}
