#include "drive.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "expect_fault.hpp"
#include "guest.hpp"
#include "scripted_server.hpp"
#include "temporary_directory.hpp"

using namespace skipcall::host;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using std::chrono::steady_clock;

static const Module &actions() {
  static const Module module = Module::load(guest(), {});
  trap_signals.restore();
  return module;
}

static Connection to(const std::string &base) {
  return Connection("test", base, SecretString("sk_test_0123456789"));
}

static RunEnd run(const Module &module, const std::string &action, const std::string &base,
                  const RunOptions &options = {}) {
  HttpClient http(to(base));
  return run_action(module, http, {action, "input", 0, 1}, options);
}

static RunEnd run(const std::string &action, const std::string &base, const RunOptions &options = {}) {
  return run(actions(), action, base, options);
}

static std::string ok(const std::string &request) {
  return http_response("200 OK", "echo of " + request.substr(request.find("\r\n\r\n") + 4));
}

static const char *const nowhere = "http://127.0.0.1:1";

TEST_CASE("a run goes through request and response to its result") {
  ScriptedServer server(ok);
  std::vector<uint32_t> sent, answered;
  int looks = 0;
  RunOptions options;
  options.on_exchange = [&](const ExchangeReport &report) {
    (report.request != nullptr ? sent : answered).push_back(report.exchange);
  };
  options.on_progress = [&](const action_progress &) { ++looks; };
  RunEnd end = run("echo", server.url(), options);
  CHECK(end.ok());
  CHECK(end.result == "echo of input");
  CHECK(end.progress.state == ACTION_DONE);
  CHECK(end.progress.requests == 1);
  CHECK(end.replayed_events == 0);
  CHECK(sent == std::vector<uint32_t>{1});
  CHECK(answered == sent);
  CHECK(looks >= 2);
  CHECK(run("three", server.url()).result == "ccc");
}

TEST_CASE("a refusal and a dead server are responses, not failures of the host") {
  RunEnd end = run("three", nowhere);
  CHECK(end.result == "nnn");
  CHECK_THAT(end.last_failure, Catch::Matchers::StartsWith("127.0.0.1:1: "));
  ScriptedServer server(ok);
  CHECK(run("three", server.url()).last_failure.empty());
}

TEST_CASE("the wake comes when asked for, and not early") {
  auto begin = steady_clock::now();
  RunEnd end = run("sleep", nowhere);
  CHECK(end.result == "full");
  CHECK(steady_clock::now() - begin >= 50ms);
  CHECK(steady_clock::now() - begin < 2s);
}

TEST_CASE("a module that always asks to be woken at once is woken once a millisecond") {
  Module greedy = Module::load(
      guest({{"(i64.add (local.get $now) (i64.const 50))", "(i64.const 1)"},
             {"(i64.ge_u (local.get $now) (i64.load offset=8 (global.get $progress)))", "(i32.const 0)"}}),
      {});
  StopRequest stop;
  int looks = 0;
  RunOptions options;
  options.stop = &stop;
  options.on_progress = [&](const action_progress &) {
    if (++looks == 50) stop.stop();
  };
  auto begin = steady_clock::now();
  CHECK(run(greedy, "sleep", nowhere, options).result == "cancelled");
  CHECK(steady_clock::now() - begin >= 45ms);
}

TEST_CASE("a module that fails is reported with what it did") {
  struct Case {
    std::string action;
    Fault fault;
    std::string text;
  };
  auto [action, fault, text] = GENERATE(values<Case>({
      {"trap", Fault::trap, "unreachable"},
      {"loop", Fault::out_of_time, "longer than 200 ms"},
      {"wild", Fault::trap, "leaves its memory"},
      {"spam", Fault::trap, "more in one call than a host accepts"},
      {"stuck", Fault::trap, "for nothing"},
      {"no_such", Fault::wrong_abi, "no action no_such"},
  }));
  CAPTURE(action);
  RunOptions options;
  // Time is real: a busy machine must not stop the others.
  options.limits = {.memory_bytes = 4u << 20, .call_time = action == "loop" ? 200ms : 20s};
  RunEnd end = run(action, nowhere, options);
  CHECK_FALSE(end.ok());
  CHECK(end.result.empty());
  CHECK(end.failure == fault);
  CHECK_THAT(end.failure_text, Catch::Matchers::ContainsSubstring(text));
}

TEST_CASE("an exchange of another run, or one that was already announced, is not sent and ends the run") {
  struct Case {
    std::string from, to;
    size_t requests;  // sent before that
  };
  auto [from, to, requests] = GENERATE(values<Case>({
      {"(call $http_send (i32.const 1) (global.get $exchange)",
       "(call $http_send (i32.const 2) (global.get $exchange)", 0},
      {"(call $http_send (i32.const 1) (global.get $exchange)",
       "(call $http_send (i32.const 1) (i32.const 0)", 0},
      {"(call $http_send (i32.const 1) (global.get $exchange)",
       "(call $http_send (i32.const 1) (i32.const 1)", 1},
      {"(call $send)\n    (i32.const 1))", "(call $http_cancel (i32.const 2) (i32.const 1)) (i32.const 1))",
       1},
  }));
  CAPTURE(to);
  // A host that accepted such exchanges would never end.
  StopRequest stop;
  ScriptedServer server([&](const std::string &request) {
    if (server.requests().size() == 9) stop.stop();
    return ok(request);
  });
  RunOptions options;
  options.stop = &stop;
  RunEnd end = run(Module::load(guest({{from, to}}), {}), "three", server.url(), options);
  CHECK(end.failure == Fault::trap);
  CHECK_THAT(end.failure_text, Catch::Matchers::ContainsSubstring("of an unknown run, or twice"));
  CHECK(server.requests().size() == requests);
}

TEST_CASE("no response is delivered for an exchange that the module gave up") {
  // Two requests that are refused at once, so that both responses come together. The first response makes the
  // module give up the second exchange and wait for a wake; the second response would be misuse.
  const Module giving_up = Module::load(
      guest({{"\"/items/1\"", "\"//tems/1\""},
             {"(if (i32.eq (global.get $action) (i32.const 2))\n"
              "      (then (if (i32.eqz (global.get $exchange)) (then (call $send)))))",
              "(if (i32.eq (global.get $action) (i32.const 2))\n"
              "      (then (if (i32.eqz (global.get $exchange)) (then (call $send) (call $send))\n"
              "        (else (return (call $done (i32.const 112) (i32.const 4)))))))"},
             {"(local.set $letter (i32.const 120))",
              "(if (i32.ne (local.get $exchange) (i32.const 1)) (then (return (i32.const -2))))\n"
              "    (call $http_cancel (i32.const 1) (i32.const 2))\n"
              "    (i64.store offset=8 (global.get $progress) (i64.add (local.get $now) (i64.const 1)))\n"
              "    (return (i32.const 1))\n"
              "    (local.set $letter (i32.const 120))"}}),
      {});
  const RunEnd end = run(giving_up, "three", nowhere);
  CHECK(end.failure_text.empty());
  CHECK(end.result == "full");
}

TEST_CASE("a module that takes all memory gets no more than its limit") {
  RunOptions options;
  options.limits.memory_bytes = 8u << 20;
  CHECK(run("grow", nowhere, options).result == "full");
}

// Stops or cancels a run while its first request is open, on a server that takes this long.
static RunEnd stopped(void (StopRequest::*how)() noexcept, std::chrono::milliseconds answer_after,
                      std::chrono::milliseconds grace, size_t &requests) {
  StopRequest stop;
  ScriptedServer server([&](const std::string &request) {
    (stop.*how)();
    std::this_thread::sleep_for(answer_after);
    return ok(request);
  });
  RunOptions options;
  options.stop = &stop;
  options.grace = grace;
  RunEnd end = run("three", server.url(), options);
  requests = server.requests().size();
  return end;
}

TEST_CASE("a stopped run sends nothing new, and what was never sent is reported as such") {
  size_t requests = 0;
  auto begin = steady_clock::now();
  RunEnd end = stopped(&StopRequest::stop, 200ms, 5s, requests);
  CHECK(end.result == "cnn");
  CHECK(requests == 1);
  CHECK(steady_clock::now() - begin < 3s);
}

TEST_CASE("an open request that outlasts the grace is given up") {
  size_t requests = 0;
  RunEnd end = stopped(&StopRequest::stop, 1500ms, 300ms, requests);
  CHECK(end.result == "cancelled");
  CHECK(requests == 1);
}

TEST_CASE("a cancelled run does not wait") {
  size_t requests = 0;
  RunEnd end = stopped(&StopRequest::cancel, 1000ms, 5s, requests);
  CHECK(end.result == "cancelled");
  CHECK(requests == 1);
}

TEST_CASE("a run that is stopped before it begins sends nothing") {
  StopRequest stop;
  stop.stop();
  ScriptedServer server(ok);
  RunOptions options;
  options.stop = &stop;
  CHECK(run("three", server.url(), options).result == "cancelled");
  CHECK(server.connections() == 0);
}

TEST_CASE("a run with a journal can be replayed without a server") {
  TemporaryDirectory place;
  ScriptedServer server(ok);
  HttpClient http(to(server.url()));
  RunRequest request{"three", "input", 0, 1};
  Journal journal =
      Journal::create(place.path() / "j", request, actions().description().sha256, http.connections());
  RunOptions options;
  options.journal = &journal;
  CHECK(run_action(actions(), http, request, options).result == "ccc");
  CHECK(server.requests().size() == 3);
  CHECK(fs::exists(journal.path()));

  {
    Journal unlocked = std::move(journal);
  }
  Journal again = Journal::open(place.path() / "j");
  CHECK(again.events().size() == 4);
  options.journal = &again;
  RunEnd end = run_action(actions(), http, again.run(), options);
  CHECK(end.result == "ccc");
  CHECK(end.replayed_events == 4);
  CHECK(server.requests().size() == 3);
}

TEST_CASE("an event is in the journal before the module has it") {
  TemporaryDirectory place;
  HttpClient http(to(nowhere));
  RunRequest request{"trap", "input", 0, 1};
  RunOptions options;
  {
    Journal journal =
        Journal::create(place.path() / "j", request, actions().description().sha256, http.connections());
    options.journal = &journal;
    CHECK(run_action(actions(), http, request, options).failure == Fault::trap);
  }
  const Journal journal = Journal::open(place.path() / "j");
  REQUIRE(journal.events().size() == 1);
  CHECK(journal.events()[0].kind == JournalEvent::Kind::wake);
}

TEST_CASE("a killed run is resumed where it was, and what has no response in the journal is lost") {
  TemporaryDirectory place;
  // The first request kills the process that sent it.
  std::atomic<pid_t> child = 0;
  ScriptedServer server([&](const std::string &request) {
    if (child != 0) {
      std::this_thread::sleep_for(50ms);
      ::kill(child, SIGKILL);
      child = 0;
      std::this_thread::sleep_for(50ms);
    }
    return ok(request);
  });
  std::string url = server.url();
  fs::path file = place.path() / "j";
  const Module &module = actions();
  child = ::fork();
  if (child == 0) {
    HttpClient http(to(url));
    RunRequest request{"three", "input", 0, 1};
    Journal journal = Journal::create(file, request, module.description().sha256, http.connections());
    RunOptions options;
    options.journal = &journal;
    run_action(module, http, request, options);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));

  Journal journal = Journal::open(file);
  CHECK(journal.events().size() == 1);
  HttpClient http(to(url));
  RunOptions options;
  options.journal = &journal;
  RunEnd end = run_action(module, http, journal.run(), options);
  CHECK(end.failure_text == "");
  CHECK(end.result == "xcc");
  CHECK(end.replayed_events == 1);
  CHECK(server.requests().size() == 3);
}

TEST_CASE(
    "where the end of a journal is missing, a request counts as sent before, and that is not forgotten") {
  TemporaryDirectory place;
  const fs::path file = place.path() / "j";
  ScriptedServer server(ok);
  HttpClient http(to(server.url()));
  RunRequest request{"three", "input", 0, 1};
  RunOptions options;
  {
    Journal journal = Journal::create(file, request, actions().description().sha256, http.connections());
    options.journal = &journal;
    CHECK(run_action(actions(), http, request, options).result == "ccc");
  }
  std::ifstream stream(file);
  std::string head;
  std::getline(stream, head);
  std::ofstream(file) << head << "\n";
  // The guest's three requests are alike, so the second and third count as the first one's repetitions.
  for (const uint32_t replayed : {0, 4}) {
    Journal journal = Journal::open(file);
    CHECK(journal.is_whole() == (replayed > 0));
    options.journal = &journal;
    const RunEnd end = run_action(actions(), http, journal.run(), options);
    CHECK(end.failure_text == "");
    CHECK(end.result == "xcc");
    CHECK(end.replayed_events == replayed);
    CHECK(server.requests().size() == 5);
  }
  const Journal journal = Journal::open(file);
  REQUIRE(journal.events().size() == 5);
  CHECK(journal.events()[0].kind == JournalEvent::Kind::gap);
}

TEST_CASE("a journal that does not match the module is refused") {
  TemporaryDirectory place;
  HttpClient http(to(nowhere));
  RunRequest request{"three", "input", 0, 1};
  RunOptions options;
  SECTION("another module file") {
    Journal journal = Journal::create(place.path() / "j", request, std::string(64, '0'), http.connections());
    options.journal = &journal;
    RunEnd end = run_action(actions(), http, request, options);
    CHECK(end.failure == Fault::journal);
  }
  SECTION("other announcements, and a response to what was never asked") {
    JournalEvent wake{JournalEvent::Kind::wake, 1, 0, {}, 0};
    JournalEvent second = wake;
    SECTION("other announcements") {
      second.announced = 1;
    }
    SECTION("never asked") {
      second.kind = JournalEvent::Kind::http_done;
      second.exchange = 2;
    }
    {
      Journal journal =
          Journal::create(place.path() / "j", request, actions().description().sha256, http.connections());
      journal.append(wake);
      journal.append(second);
    }
    Journal journal = Journal::open(place.path() / "j");
    options.journal = &journal;
    RunEnd end = run_action(actions(), http, request, options);
    CHECK(end.failure == Fault::journal);
    CHECK_THAT(end.failure_text, Catch::Matchers::ContainsSubstring("behaves differently"));
  }
}

TEST_CASE("an event must return the state that the run is in") {
  const std::string wake = "(func (export \"action_wake\") (param $run i32) (param $now i64) (result i32)";
  const std::string state = GENERATE("0", "7", "-1");
  Module module = Module::load(guest({{wake, wake + " (return (i32.const " + state + "))"}}), {});
  RunEnd end = run(module, "echo", nowhere);
  CAPTURE(end.failure_text);
  CHECK(end.failure == Fault::trap);
}

TEST_CASE("a module with too many open requests is ended") {
  // The action "sleep" announces one more request at each wake, and always asks to be woken.
  Module module =
      Module::load(guest({{"(i64.add (local.get $now) (i64.const 50))", "(i64.const 1)"},
                          {"(if (i64.ge_u (local.get $now) (i64.load offset=8 (global.get $progress)))",
                           "(if (i32.lt_u (global.get $exchange) (i32.const 5000)) (then (loop $more (call "
                           "$send) (br_if $more "
                           "(i32.rem_u (global.get $exchange) (i32.const 900)))) (return (i32.const 1)))) "
                           "(if (i32.const 0)"}}),
                   {});
  ScriptedServer server([](const std::string &) {
    std::this_thread::sleep_for(1s);
    return "";
  });
  RunEnd end = run(module, "sleep", server.url());
  CAPTURE(end.failure_text);
  CHECK(end.failure == Fault::trap);
  CHECK_THAT(end.failure_text, Catch::Matchers::ContainsSubstring("requests open"));
}
