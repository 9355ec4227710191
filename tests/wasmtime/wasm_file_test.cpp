#include "wasm_file.hpp"

#include <sys/stat.h>

#include "catch.hpp"
#include "expect_fault.hpp"
#include "guest.hpp"
#include "temporary_directory.hpp"

using namespace skipcall::host;

static std::vector<uint8_t> wat(const char *text) {
  auto binary = wasmtime::wat2wasm(text);
  REQUIRE(binary);
  return binary.ok();
}

TEST_CASE("imports, exports, memories and custom sections are read with their types") {
  WasmFile file = parse_wasm(wat(R"((module
    (import "env" "f" (func (param i32 i64) (result f32)))
    (import "env" "t" (table 1 2 funcref))
    (import "env" "g" (global (mut i64)))
    (memory (export "memory") 2 10)
    (func (export "two") (param f64) (result i32 i32) i32.const 1 i32.const 2)
    (@custom "note" "hello")
  ))"));
  REQUIRE(file.imports.size() == 3);
  CHECK(file.imports[0].module == "env");
  CHECK(file.imports[0].name == "f");
  CHECK(file.imports[0].signature == "(i32,i64)->(f32)");
  CHECK(file.imports[1].kind == WasmKind::table);
  CHECK(file.imports[2].kind == WasmKind::global);
  REQUIRE(file.exports.size() == 2);
  CHECK(file.find_export("memory")->kind == WasmKind::memory);
  CHECK(file.find_export("two")->signature == "(f64)->(i32,i32)");
  CHECK(file.find_export("three") == nullptr);
  REQUIRE(file.memories.size() == 1);
  CHECK(file.memories[0].minimum_pages == 2);
  CHECK(file.memories[0].maximum_pages == 10);
  CHECK_FALSE(file.memories[0].is_64_bit);
  CHECK(file.find_custom_section("note")->bytes == "hello");
}

TEST_CASE("a 64-bit memory is told apart") {
  CHECK(parse_wasm(wat("(module (memory i64 1))")).memories[0].is_64_bit);
  CHECK(parse_wasm(wat("(module (memory 1))")).memories[0].maximum_pages == std::nullopt);
}

TEST_CASE("anything but a module is refused") {
  auto fault = [](std::vector<uint8_t> bytes) { return fault_of([&] { parse_wasm(bytes); }).fault(); };
  CHECK(fault({}) == Fault::not_wasm);
  CHECK(fault({'#', '!', '/', 'b', 'i', 'n'}) == Fault::not_wasm);
  CHECK(fault({0, 'a', 's', 'm'}) == Fault::not_wasm);
  CHECK(fault({0, 'a', 's', 'm', 2, 0, 0, 0}) == Fault::not_wasm);
  CHECK(fault({0, 'a', 's', 'm', 13, 0, 1, 0}) == Fault::not_wasm);
  CHECK(fault({0, 'a', 's', 'm', 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x7f}) == Fault::not_wasm);
}

TEST_CASE("a module cut off anywhere is refused or read as a shorter one, and never read beyond its end") {
  std::vector<uint8_t> whole = guest();
  size_t refused = 0;
  for (size_t length = 0; length < whole.size(); ++length) {
    // An exact block on the heap, so that a sanitizer sees a read beyond it.
    std::vector<uint8_t> part(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length));
    try {
      parse_wasm(part);
    } catch (const HostError &error) {
      CHECK(error.fault() == Fault::not_wasm);
      ++refused;
    }
  }
  CHECK(refused > whole.size() - 20);
}

using Bytes = std::vector<uint8_t>;

static Bytes leb(size_t number) {
  Bytes bytes;
  for (; number > 127; number >>= 7) bytes.push_back(static_cast<uint8_t>(number & 127) | 128);
  bytes.push_back(static_cast<uint8_t>(number));
  return bytes;
}

// A module of one section that holds the same item that many times.
static Bytes module_of(uint8_t section, size_t count, const Bytes &item) {
  Bytes content = leb(count);
  for (size_t i = 0; i < count; ++i) content.insert(content.end(), item.begin(), item.end());
  Bytes bytes = {0, 'a', 's', 'm', 1, 0, 0, 0, section};
  const Bytes length = leb(content.size());
  bytes.insert(bytes.end(), length.begin(), length.end());
  bytes.insert(bytes.end(), content.begin(), content.end());
  return bytes;
}

TEST_CASE("a small file that names more of something than a real module has is refused") {
  const auto refusal = [](const Bytes &bytes) {
    HostError error = fault_of([&] { parse_wasm(bytes); });
    CHECK(error.fault() == Fault::not_wasm);
    return std::string(error.what());
  };
  const auto is = [](const char *text) { return Catch::Matchers::ContainsSubstring(text); };
  CHECK_THAT(refusal(module_of(1, 10'001, {0x60, 0, 0})), is("more than 10000 types"));
  CHECK_THAT(refusal(module_of(2, 101, {0, 0, 3, 0x7f, 0})), is("more than 100 imports"));
  CHECK_THAT(refusal(module_of(3, 100'001, {0})), is("more than 100000 functions"));
  CHECK_THAT(refusal(module_of(4, 101, {0x70, 0, 0})), is("more than 100 tables"));
  CHECK_THAT(refusal(module_of(6, 10'001, {0x7f, 0, 0x41, 0, 0x0b})), is("more than 10000 globals"));
  CHECK_THAT(refusal(module_of(7, 1'001, {0, 3, 0})), is("more than 1000 exports"));
  CHECK_THAT(refusal(module_of(9, 10'001, {0})), is("more than 10000 element segments"));
  CHECK_THAT(refusal(module_of(11, 100'001, {0})), is("more than 100000 data segments"));
  Bytes function = leb(131'073);
  function.resize(function.size() + 131'073);
  CHECK_THAT(refusal(module_of(10, 1, function)), is("longer than 128 KiB"));
  CHECK_THAT(refusal(module_of(10, 1, {9, 1, 0x80, 0x92, 0xf4, 0x01, 0x7f, 0, 0, 0})), is("too many locals"));
  Bytes parameters = {0x60, 101};
  parameters.insert(parameters.end(), 101, 0x7f);
  parameters.push_back(0);
  CHECK_THAT(refusal(module_of(1, 1, parameters)), is("more than 100 parameters"));
  Bytes customs = {0, 'a', 's', 'm', 1, 0, 0, 0};
  for (int i = 0; i < 1001; ++i) customs.insert(customs.end(), {0, 1, 0});
  CHECK_THAT(refusal(customs), is("too many custom sections"));
}

TEST_CASE("a start function is noticed") {
  CHECK(parse_wasm(wat("(module (func $f) (start $f))")).has_start);
  CHECK_FALSE(parse_wasm(wat("(module (func $f))")).has_start);
}

TEST_CASE("reading anything but a regular file does not block") {
  TemporaryDirectory directory;
  const auto pipe = directory.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::filesystem::path &file :
       {pipe, std::filesystem::path("/dev/zero"), std::filesystem::path("/dev/null")}) {
    HostError error = fault_of([&] { read_binary_file(file); });
    CHECK(error.fault() == Fault::unreadable);
    CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("not a regular file"));
  }
}

TEST_CASE("a file that cannot be read is named") {
  TemporaryDirectory directory;
  CHECK(fault_of([&] { read_binary_file(directory.path()); }).fault() == Fault::unreadable);
  std::string missing = (directory.path() / "missing.wasm").string();
  CHECK(std::string(fault_of([&] { read_binary_file(missing); }).what()).find(missing) != std::string::npos);
  std::ofstream(directory.path() / "big") << "12345";
  CHECK(read_binary_file(directory.path() / "big").size() == 5);
  CHECK(fault_of([&] { read_binary_file(directory.path() / "big", 4); }).fault() == Fault::unreadable);
}
