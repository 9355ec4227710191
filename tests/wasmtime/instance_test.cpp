#include "instance.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include "catch.hpp"
#include "expect_fault.hpp"
#include "guest.hpp"

using namespace skipcall::host;
using namespace std::chrono_literals;

static const Module &actions() {
  static const Module module = Module::load(guest(), {});
  trap_signals.restore();
  return module;
}

TEST_CASE("a request is copied out of the module, a response into it") {
  Instance instance(actions());
  uint32_t run = instance.start("echo", "what is sent", 0, 7);
  CHECK(instance.status(run).state == ACTION_WAITING);
  CHECK(instance.take_announcements().empty());
  CHECK(instance.wake(run, 1000) == ACTION_WAITING);
  auto announced = instance.take_announcements();
  REQUIRE(announced.size() == 1);
  CHECK(announced[0].kind == Announcement::Kind::send);
  CHECK(announced[0].run == run);
  CHECK(announced[0].exchange == 1);
  const HttpRequest &request = announced[0].request;
  CHECK(request.timeout_ms == 10000);
  CHECK(request.response_limit == 1000);
  CHECK(request.connection == "test");
  CHECK(request.method == "DELETE");
  CHECK(request.target == "/items/1");
  CHECK(request.headers == "Content-Type: text/plain\r\n");
  CHECK(request.body == "what is sent");

  HttpResponse response;
  response.status = 200;
  response.headers = "Content-Length: 20\r\n";
  response.body = std::string("what comes back\0\xff", 17);
  CHECK(instance.http_done(run, 1, 2000, &response) == ACTION_DONE);
  CHECK(instance.result(run) == response.body);
  instance.release(run);
}

TEST_CASE("an input and a response of a few megabytes make the module's memory grow") {
  Instance instance(actions());
  std::string large(3 << 20, 'x');
  uint32_t run = instance.start("echo", large, 0, 0);
  instance.wake(run, 0);
  CHECK(instance.take_announcements()[0].request.body == large);
  HttpResponse response;
  response.body = large;
  instance.http_done(run, 1, 0, &response);
  CHECK(instance.result(run) == large);
  CHECK(instance.memory_bytes() > large.size() * 2);
}

TEST_CASE("memory is limited, and an input without room is an error") {
  Instance instance(actions(), {.memory_bytes = 4u << 20, .call_time = 10s});
  uint32_t run = instance.start("grow", "", 0, 0);
  CHECK(instance.wake(run, 0) == ACTION_DONE);
  CHECK(instance.result(run) == "full");
  CHECK(instance.memory_bytes() <= 4u << 20);
  CHECK(fault_of([&] { instance.start("echo", std::string(5 << 20, 'x'), 0, 0); }).fault() ==
        Fault::no_memory);
}

TEST_CASE("a response without room is delivered as lost, which this guest cannot read") {
  Instance instance(actions(), {.memory_bytes = 1u << 20, .call_time = 10s});
  uint32_t run = instance.start("echo", "", 0, 0);
  instance.wake(run, 0);
  HttpResponse response;
  response.body = std::string(2 << 20, 'x');
  // The block is 0, so the guest reads its response's body from its own address 24.
  CHECK(instance.http_done(run, 1, 0, &response) == ACTION_DONE);
}

TEST_CASE("a module that traps is reported, and never called again") {
  Instance instance(actions());
  uint32_t run = instance.start("trap", "", 0, 0);
  HostError first = fault_of([&] { instance.wake(run, 0); });
  CHECK(first.fault() == Fault::trap);
  CHECK_THAT(first.what(), Catch::Matchers::ContainsSubstring("action_wake") &&
                               Catch::Matchers::ContainsSubstring("unreachable"));
  HostError second = fault_of([&] { instance.status(run); });
  CHECK(second.fault() == Fault::trap);
  CHECK_THAT(second.what(), Catch::Matchers::ContainsSubstring("not called again"));
}

TEST_CASE("a module that does not return is stopped") {
  Instance instance(actions(), {.memory_bytes = 1u << 20, .call_time = 200ms});
  uint32_t run = instance.start("loop", "", 0, 0);
  auto begin = std::chrono::steady_clock::now();
  CHECK(fault_of([&] { instance.wake(run, 0); }).fault() == Fault::out_of_time);
  auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took >= 150ms);
  CHECK(took < 5s);
}

TEST_CASE("the time limit is for one call, not for the life of the instance") {
  Instance instance(actions(), {.memory_bytes = 1u << 20, .call_time = 100ms});
  uint32_t run = instance.start("stuck", "", 0, 0);
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(50ms);
    CHECK(instance.wake(run, 0) == ACTION_WAITING);
  }
}

TEST_CASE("a request outside the memory, and endless requests, kill the instance but not the host") {
  Instance instance(actions(), {.memory_bytes = 4u << 20, .call_time = 5s});
  SECTION("outside") {
    uint32_t run = instance.start("wild", "", 0, 0);
    CHECK(fault_of([&] { instance.wake(run, 0); }).fault() == Fault::trap);
  }
  SECTION("without end") {
    uint32_t run = instance.start("spam", std::string(100000, 'x'), 0, 0);
    Fault fault = fault_of([&] { instance.wake(run, 0); }).fault();
    CHECK((fault == Fault::out_of_time || fault == Fault::trap));
    CHECK(instance.take_announcements().size() < 100);
  }
}

TEST_CASE("ranges that leave the memory are refused in 64 bits") {
  // A result at the last address with a length that wraps around in 32 bits.
  Module module = Module::load(guest({{"(call $done (i32.const 96) (i32.const 9))",
                                       "(call $done (i32.const 0xfffffff0) (i32.const 0x20))"}}),
                               {});
  Instance instance(module);
  uint32_t run = instance.start("stuck", "", 0, 0);
  instance.cancel(run, 0);
  CHECK(fault_of([&] { instance.result(run); }).fault() == Fault::trap);
}

TEST_CASE("a struct that is shorter than version 1's kills the instance") {
  SECTION("a request") {
    Module module = Module::load(
        guest({{"(global.get $request) (i32.const 56)", "(global.get $request) (i32.const 55)"}}), {});
    Instance instance(module);
    uint32_t run = instance.start("echo", "", 0, 0);
    CHECK(fault_of([&] { instance.wake(run, 0); }).fault() == Fault::trap);
    CHECK(instance.take_announcements().empty());
    CHECK_THAT(fault_of([&] { instance.status(run); }).what(),
               Catch::Matchers::ContainsSubstring("not called again"));
  }
  SECTION("a status") {
    const std::string size = GENERATE(as<std::string>(), "47", "4", "0");
    CAPTURE(size);
    Module module = Module::load(
        guest({{"(global.get $progress) (i32.const 48)", "(global.get $progress) (i32.const " + size + ")"}}),
        {});
    Instance instance(module);
    uint32_t run = instance.start("stuck", "", 0, 0);
    HostError error = fault_of([&] { instance.status(run); });
    CHECK(error.fault() == Fault::trap);
    CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("too short"));
    CHECK_THAT(fault_of([&] { instance.wake(run, 0); }).what(),
               Catch::Matchers::ContainsSubstring("not called again"));
  }
}

TEST_CASE("of a longer struct the known part is read") {
  Module module = Module::load(
      guest({{"(global.get $request) (i32.const 56)", "(global.get $request) (i32.const 64)"},
             {"(global.get $progress) (i32.const 48)", "(global.get $progress) (i32.const 0x7fffffff)"}}),
      {});
  Instance instance(module);
  uint32_t run = instance.start("echo", "", 0, 0);
  CHECK(instance.status(run).state == ACTION_WAITING);
  instance.wake(run, 0);
  CHECK(instance.take_announcements()[0].request.method == "DELETE");
}

TEST_CASE("the version inside must be the one outside") {
  Module module =
      Module::load(guest({{"(result i32) (i32.const 65536))", "(result i32) (i32.const 65546))"}}), {});
  HostError error = fault_of([&] { Instance instance(module); });
  CHECK(error.fault() == Fault::wrong_abi);
  CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("1.10"));
}

TEST_CASE("another minor version is accepted, with an export that this one does not know") {
  const std::pair<std::string, std::string> outside = {"\\\"abiVersion\\\":\\\"1.0\\\"",
                                                       "\\\"abiVersion\\\":\\\"1.7\\\""};
  const std::pair<std::string, std::string> inside = {"(result i32) (i32.const 65536))",
                                                      "(result i32) (i32.const 65543))"};
  const std::pair<std::string, std::string> more = {
      "(func (export \"_initialize\")",
      "(func (export \"action_pause\") (param i32) (result i32) (i32.const 0))\n(func (export \"_initialize\")"};
  Module module = Module::load(guest({outside, inside, more}), {});
  Instance instance(module);
  CHECK(module.description().abi_version == "1.7");
  Module differs = Module::load(guest({outside}), {});
  CHECK(fault_of([&] { Instance other(differs); }).fault() == Fault::wrong_abi);
}

TEST_CASE("an action that the manifest does not name is refused") {
  Instance instance(actions());
  CHECK(fault_of([&] { instance.start("action_wake", "", 0, 0); }).fault() == Fault::wrong_abi);
}

TEST_CASE("a module that announces something outside a wake and a response is ended, and the host is not") {
  const std::string cancel =
      "(func (export \"action_cancel\") (param $run i32) (param $now i64) (result i32)";
  SECTION("_initialize") {
    Module module = Module::load(
        guest({{"(func (export \"_initialize\")", "(func (export \"_initialize\") (call $send)"}}), {});
    HostError error = fault_of([&] { Instance instance(module); });
    CHECK(error.fault() == Fault::trap);
    CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("where it must not"));
  }
  SECTION("an action") {
    Module module = Module::load(guest({{"(global.set $exchange (i32.const 0))", "(call $send)"}}), {});
    Instance instance(module);
    CHECK(fault_of([&] { instance.start("echo", "", 0, 0); }).fault() == Fault::trap);
  }
  SECTION("action_alloc") {
    Module module = Module::load(
        guest({{"(local $block i32)", "(local $block i32) (call $http_cancel (i32.const 1) (i32.const 1))"}}),
        {});
    Instance instance(module);
    CHECK(fault_of([&] { instance.start("echo", "", 0, 0); }).fault() == Fault::trap);
  }
  SECTION("a request inside action_cancel") {
    Module module = Module::load(guest({{cancel, cancel + " (call $send)"}}), {});
    Instance instance(module);
    uint32_t run = instance.start("echo", "", 0, 0);
    CHECK(fault_of([&] { instance.cancel(run, 0); }).fault() == Fault::trap);
  }
  SECTION("a cancel there is allowed") {
    Module module =
        Module::load(guest({{cancel, cancel + " (call $http_cancel (i32.const 1) (i32.const 1))"}}), {});
    Instance instance(module);
    uint32_t run = instance.start("echo", "", 0, 0);
    CHECK(instance.cancel(run, 0) == ACTION_DONE);
    CHECK(instance.take_announcements().size() == 1);
  }
}

TEST_CASE("a state that does not exist ends the instance") {
  const std::string wake = "(func (export \"action_wake\") (param $run i32) (param $now i64) (result i32)";
  const std::string waiting = "(i32.store offset=4 (global.get $progress) (i32.const 1))";
  SECTION("of an event") {
    Module module = Module::load(guest({{wake, wake + " (return (i32.const 7))"}}), {});
    Instance instance(module);
    uint32_t run = instance.start("echo", "", 0, 0);
    CHECK_THAT(fault_of([&] { instance.wake(run, 0); }).what(),
               Catch::Matchers::ContainsSubstring("a state 7"));
  }
  SECTION("of a run") {
    const std::string state = GENERATE("7", "-1", "0x7fffffff");
    Module module = Module::load(
        guest({{waiting, "(i32.store offset=4 (global.get $progress) (i32.const " + state + "))"}}), {});
    Instance instance(module);
    uint32_t run = instance.start("echo", "", 0, 0);
    HostError error = fault_of([&] { instance.status(run); });
    CHECK(error.fault() == Fault::trap);
    CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("which does not exist"));
  }
  SECTION("no state at all") {
    Module module = Module::load(guest({{"(param $run i32) (result i32) (global.get $progress)",
                                         "(param $run i32) (result i32) (i32.const 0)"}}),
                                 {});
    Instance instance(module);
    uint32_t run = instance.start("echo", "", 0, 0);
    CHECK(fault_of([&] { instance.status(run); }).fault() == Fault::trap);
  }
}

TEST_CASE("the number of announcements is limited, and so is the size of a result") {
  Instance instance(actions(), {.announcements = 5});
  uint32_t run = instance.start("spam", "", 0, 0);
  HostError error = fault_of([&] { instance.wake(run, 0); });
  CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("more in one call than a host accepts"));
  CHECK(instance.take_announcements().size() == 5);
  Instance other(actions(), {.result_bytes = 8});
  run = other.start("echo", "", 0, 0);
  other.cancel(run, 0);
  CHECK(fault_of([&] { other.result(run); }).fault() == Fault::trap);
}

TEST_CASE("names that a module chose do not control a terminal") {
  Module module = Module::load(
      guest({{"(func (export \"action_wake\")",
              "(func $\"\\1b[2J\\c2\\9b1m\\e2\\80\\ae\" (unreachable)) (func (export \"action_wake\")"},
             {"(i32.const 5)) (then (unreachable)))",
              "(i32.const 5)) (then (call $\"\\1b[2J\\c2\\9b1m\\e2\\80\\ae\")))"}}),
      {});
  Instance instance(module);
  uint32_t run = instance.start("trap", "", 0, 0);
  const std::string text = fault_of([&] { instance.wake(run, 0); }).what();
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring("action_wake"));
  CHECK(text == harmless_text(text));
}

// Lowers the limit on address space for as long as it lives.
class AddressSpace {
 public:
  explicit AddressSpace(uint64_t more_bytes) {
    ::getrlimit(RLIMIT_AS, &before_);
    std::ifstream statm("/proc/self/statm");
    uint64_t pages = 0;
    statm >> pages;
    rlimit limit = before_;
    limit.rlim_cur = pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) + more_bytes;
    ::setrlimit(RLIMIT_AS, &limit);
  }
  ~AddressSpace() { ::setrlimit(RLIMIT_AS, &before_); }
  AddressSpace(const AddressSpace &) = delete;
  AddressSpace &operator=(const AddressSpace &) = delete;

 private:
  rlimit before_{};
};

TEST_CASE("under a limit no more address space is reserved than the module's memory can need") {
  AddressSpace limit(uint64_t{3} << 30);  // four without one
  const Module module = Module::load(guest(), {});
  Instance instance(module);
  CHECK(instance.memory_bytes() > 0);
}
