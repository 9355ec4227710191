#include "module.hpp"

#include <sys/stat.h>

#include <cstdlib>

#include "catch.hpp"
#include "expect_fault.hpp"
#include "guest.hpp"
#include "instance.hpp"
#include "temporary_directory.hpp"

using namespace skipcall::host;
namespace fs = std::filesystem;

static std::vector<fs::path> files_in(const fs::path &directory) {
  std::vector<fs::path> files;
  for (const auto &entry : fs::directory_iterator(directory)) files.push_back(entry.path());
  return files;
}

TEST_CASE("compiled code is kept, private to the user, and used by the next start") {
  TemporaryDirectory place;
  fs::path cache = place.path() / "a" / "skipcall";
  auto binary = guest();
  CHECK_FALSE(Module::load(binary, cache).from_cache());
  REQUIRE(files_in(cache).size() == 1);
  CHECK((fs::status(cache).permissions() & fs::perms::mask) == fs::perms::owner_all);
  CHECK((fs::status(files_in(cache)[0]).permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  Module again = Module::load(binary, cache);
  CHECK(again.from_cache());
  CHECK(Instance(again).manifest() == "{}");
  CHECK_FALSE(Module::load(guest({{"cancelled", "Cancelled"}}), cache).from_cache());
  CHECK(files_in(cache).size() == 2);
}

TEST_CASE("without a cache directory a module is compiled each time") {
  auto binary = guest();
  CHECK_FALSE(Module::load(binary, {}).from_cache());
  CHECK_FALSE(Module::load(binary, "/proc/no/such").from_cache());
}

TEST_CASE("compiled code that cannot be trusted is not used") {
  TemporaryDirectory place;
  fs::path cache = place.path() / "skipcall";
  auto binary = guest();
  Module::load(binary, cache);
  fs::path file = files_in(cache)[0];
  REQUIRE(Module::load(binary, cache).from_cache());

  SECTION("others may read or write the file") {
    fs::permissions(file, fs::perms::group_write, fs::perm_options::add);
  }
  SECTION("others may write the directory") {
    fs::permissions(cache, fs::perms::others_write, fs::perm_options::add);
  }
  SECTION("the file is cut off") {
    fs::resize_file(file, fs::file_size(file) - 1);
  }
  SECTION("a byte of the code is different") {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(200);
    stream.put('\x55');
  }
  SECTION("the file is a link") {
    fs::rename(file, place.path() / "elsewhere");
    fs::create_symlink(place.path() / "elsewhere", file);
  }
  SECTION("the directory is a link") {
    fs::rename(cache, place.path() / "elsewhere");
    fs::create_symlink(place.path() / "elsewhere", cache);
  }
  CHECK_FALSE(Module::load(binary, cache).from_cache());
}

TEST_CASE("a module whose code is not valid is refused") {
  auto broken = guest({{"(export \"action_release\") (param $run i32)",
                        "(export \"action_release\") (param $run i32) (i32.const 1)"}});
  CHECK(fault_of([&] { Module::load(broken, {}); }).fault() == Fault::not_wasm);
}

TEST_CASE("the cache keeps the files that were used last") {
  TemporaryDirectory place;
  fs::path cache = place.path() / "skipcall";
  auto binary = guest();
  Module::load(binary, cache);
  const fs::path used = files_in(cache)[0];
  for (int i = 0; i < 20; ++i) std::ofstream(cache / ("old" + std::to_string(i) + ".cwasm")) << i;
  std::ofstream(cache / "unfinished.cwasm.0123") << "x";
  std::ofstream(cache / "notes.txt") << "x";
  for (const fs::path &file : files_in(cache)) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
  REQUIRE(Module::load(binary, cache).from_cache());
  Module::load(guest({{"cancelled", "Cancelled"}}), cache);
  CHECK(files_in(cache).size() == 17);  // including what is not the cache's
  CHECK(fs::exists(used));
  CHECK(fs::exists(cache / "notes.txt"));
}

TEST_CASE("compiling is given up if it takes too long") {
  auto binary = guest();
  HostError error = fault_of([&] { Module::load(binary, {}, std::chrono::milliseconds(0)); });
  CHECK(error.fault() == Fault::out_of_time);
  CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("0 ms"));
}

TEST_CASE("a module that uses a feature outside the ABI's table is refused") {
  const std::string release = "(func (export \"action_release\") (param $run i32))";
  const std::string added = GENERATE("(func (drop (v128.const i32x4 0 0 0 0)))",       // simd128
                                     "(func $a (return_call $a))",                     // tail-call
                                     "(func (drop (i32.atomic.load (i32.const 0))))",  // atomics
                                     "(tag $e) (func (throw $e))",                     // exception-handling
                                     "(func (result i32 i32) (i32.const 1) (i32.const 2))",  // multivalue
                                     "(func (drop (ref.null extern)))",      // reference-types
                                     "(table 1 funcref) (table 1 funcref)",  // reference-types
                                     "(type (struct (field i32)))",          // gc
                                     "(func (param (ref func)))",            // typed function references
                                     "(func (drop (i64.add128 (i64.const 1) (i64.const 1) (i64.const 1) "
                                     "(i64.const 1))) (drop))",   // wide-arithmetic
                                     "(memory 1 1)",              // multimemory
                                     "(table i64 1 1 funcref)");  // memory64
  CAPTURE(added);
  auto binary = guest({{release, release + added}});
  const Fault fault = fault_of([&] { Module::load(binary, {}); }).fault();
  CHECK((fault == Fault::not_wasm || fault == Fault::wrong_abi));
}

TEST_CASE("a module that uses the features of the ABI's table is accepted") {
  const std::string release = "(func (export \"action_release\") (param $run i32))";
  auto binary = guest({{release, release + "(global (export \"g\") (mut i32) (i32.const 0))"
                                           "(func (drop (i32.extend8_s (i32.trunc_sat_f32_s (f32.const 1))))"
                                           " (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))"}});
  CHECK_NOTHROW(Module::load(binary, {}));
}

TEST_CASE("the cache directory follows the XDG Base Directory Specification") {
  ::setenv("HOME", "/home/someone", 1);
  ::setenv("XDG_CACHE_HOME", "/var/cache/someone", 1);
  CHECK(default_cache_directory() == "/var/cache/someone/skipcall");
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  CHECK(default_cache_directory() == "/home/someone/.cache/skipcall");
  ::unsetenv("XDG_CACHE_HOME");
  ::unsetenv("HOME");
  CHECK(default_cache_directory().empty());
}

TEST_CASE("a name of megabytes does not make a message of megabytes") {
  auto binary = guest(
      {{"\"action_host_v1\" \"http_cancel\"", "\"action_host_v1\" \"" + std::string(3'000'000, 'x') + "\""}});
  const std::string text = fault_of([&] { Module::load(binary, {}); }).what();
  CHECK(text.size() < 3000);
}
