#include "run.hpp"

#include <algorithm>

#include "catch.hpp"
#include "failing_memory.hpp"
#include "script.hpp"

namespace skipcall {
namespace {

constexpr uint64_t start_s = start_ms / 1000;

}  // namespace

TEST_CASE("nothing is sent before the first wake; then the first request goes alone") {
  Script script(batches_of(20));
  CHECK(script.wake_ms() == 1);  // soon
  CHECK(script.run.progress().phase == ACTION_PHASE_READY);
  CHECK(script.run.progress().total == 20);
  CHECK(script.sent.empty());
  CHECK(script.wake() == ACTION_WAITING);
  CHECK(script.wake() == ACTION_WAITING);  // early and extra ones are harmless
  REQUIRE(script.sent.size() == 1);
  CHECK(script.sent[0].exchange == 1);
  CHECK(script.sent[0].timeout_ms == 30'000);
  CHECK(script.sent[0].target == "/v1/sequences/A/contacts");
  CHECK(script.sent[0].body == R"({"contactIds":[)" + contacts(1) + "]}");
  CHECK(script.wake_ms() == 0);
  script.confirm(1);
  CHECK(script.open() == 6);
  CHECK(script.sent.size() == 7);
  script.confirm(4);
  CHECK(script.sent.size() == 8);
  CHECK(script.open() == 6);
}

TEST_CASE("requests hold as many contacts as allowed, of one sequence each, in order") {
  Script script(input_of(removal("a b", 150) + "," + removal("B", 3, 500),
                         R"("concurrency":32,"requestTimeoutMs":5000)"));
  script.wake();
  script.confirm(1);
  REQUIRE(script.sent.size() == 3);
  CHECK(script.sent[0].body == R"({"contactIds":[)" + contacts(100) + "]}");
  CHECK(script.sent[1].body == R"({"contactIds":[)" + contacts(50, 100) + "]}");
  CHECK(script.sent[1].target == "/v1/sequences/a%20b/contacts");
  CHECK(script.sent[2].body == R"({"contactIds":[)" + contacts(3, 500) + "]}");
  CHECK(script.sent[2].target == "/v1/sequences/B/contacts");
  CHECK(script.sent[2].timeout_ms == 5000);
  script.confirm(3);
  CHECK(script.confirm(2) == ACTION_DONE);
  const auto result = script.result();
  CHECK(result["status"] == "completed");
  CHECK(result["removed"] == 153);
  CHECK(result["removedExact"] == true);
  CHECK(result["requests"] == 3);
}

TEST_CASE("an exchange is answered once, and only if it was announced") {
  Script script(batches_of(3));
  script.wake();
  CHECK(script.answer(2, 200) == ACTION_E_EXCHANGE);
  CHECK(script.answer(0, 200) == ACTION_E_EXCHANGE);
  CHECK(script.confirm(1) == ACTION_WAITING);
  CHECK(script.answer(1, 500) == ACTION_E_EXCHANGE);
  CHECK(script.confirm(2) == ACTION_WAITING);
  CHECK(script.confirm(3) == ACTION_DONE);
  CHECK(script.answer(3, 500) == ACTION_DONE);
  CHECK(outcome(script.result()) == "3 0 0 0");
}

TEST_CASE("cancel ends a run in any state") {
  Script ready(batches_of(20));
  CHECK(ready.cancel_run() == ACTION_DONE);
  CHECK(ready.sent.empty());
  CHECK(outcome(ready.result()) == "0 0 0 20");
  CHECK(ready.result()["status"] == "cancelled");

  Script running(batches_of(20));
  running.wake();
  running.confirm(1);
  CHECK(running.cancel_run() == ACTION_DONE);
  std::sort(running.cancelled.begin(), running.cancelled.end());
  CHECK(running.cancelled == std::vector<uint32_t>{2, 3, 4, 5, 6, 7});
  const auto result = running.result();
  CHECK(outcome(result) == "1 0 6 13");
  CHECK(result["status"] == "cancelled");
  CHECK(result["stoppedBy"] == "cancelled");
  CHECK(result["errors"][0]["contacts"] == 19);

  Script waiting(batches_of(2));
  waiting.wake();
  waiting.answer(1, 503);
  CHECK(waiting.cancel_run() == ACTION_DONE);
  CHECK(waiting.cancelled.empty());
  CHECK(outcome(waiting.result()) == "0 0 1 1");

  Script stopping(batches_of(20));
  stopping.wake();
  stopping.confirm(1);
  stopping.answer(2, 401);
  CHECK(stopping.cancel_run() == ACTION_DONE);
  CHECK(stopping.cancelled.size() == 5);
  CHECK(outcome(stopping.result()) == "1 0 5 14");

  Script done(batches_of(1));
  done.wake();
  done.confirm(1);
  CHECK(done.cancel_run() == ACTION_DONE);
  CHECK(done.result()["status"] == "completed");
}

TEST_CASE("requests that the host gave up unsent are unsent") {
  Script script(batches_of(20));
  script.wake();
  script.confirm(1);
  for (uint32_t i = 2; i <= 6; i++) CHECK(script.fail(i, ACTION_HTTP_CANCELLED, true) == ACTION_WAITING);
  CHECK(script.run.progress().failed == 0);
  CHECK(script.fail(7, ACTION_HTTP_CANCELLED, false) == ACTION_DONE);
  CHECK(outcome(script.result()) == "1 0 1 18");
  CHECK(script.result()["status"] == "cancelled");
}

TEST_CASE("a run that is done changes no more") {
  Script script(batches_of(2));
  script.wake();
  script.answer(1, 401);
  const std::string result(script.run.result());
  const size_t sent = script.sent.size();
  script.now_ms += 1'000'000;
  CHECK(script.wake() == ACTION_DONE);
  CHECK(script.answer(1, 200) == ACTION_DONE);
  CHECK(script.answer(99, 200) == ACTION_DONE);
  CHECK(script.cancel_run() == ACTION_DONE);
  CHECK(script.run.result() == result);
  CHECK(script.sent.size() == sent);
  CHECK(script.cancelled.empty());
  CHECK(script.wake_ms() == 0);
  CHECK(script.run.progress().state == ACTION_DONE);
}

TEST_CASE("a clock that runs backwards, or makes no sense, does no harm") {
  Script backwards(batches_of(3));
  backwards.wake();
  backwards.now_ms = 0;
  backwards.confirm(1, window_headers(100, 50, start_s + 30));
  CHECK(backwards.open() == 2);
  for (const uint64_t now : {uint64_t{0}, uint64_t{1}, uint64_t{INT64_MAX}, UINT64_MAX}) {
    INFO(now);
    Script script(batches_of(3, R"("maxDurationMs":5000,"leaveRemaining":0)"));
    script.now_ms = now;
    script.wake();
    script.answer(1, 429, "", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" + window_headers(100, 0, 30));
    if (!script.run.is_done()) script.cancel_run();
    CHECK(outcome(script.result()) == "0 0 0 3");
  }
}

TEST_CASE("equal input, seed and events give equal requests and results; another seed gives another jitter") {
  const auto play = [](uint64_t seed) {
    Script script(batches_of(30), seed);
    script.wake();
    std::string trace;
    for (uint32_t i = 1; !script.run.is_done();) {
      if (script.open() == 0) {
        trace += std::to_string(script.wake_ms()) + " ";
        script.wake_when_due();
        continue;
      }
      if (i % 7 == 0) {
        script.answer(i, 503);
      } else {
        script.confirm(i);
      }
      i++;
    }
    for (const Script::Sent &sent : script.sent) trace += sent.body;
    return trace + std::string(script.run.result());
  };
  CHECK(play(5) == play(5));
  CHECK(play(5) != play(6));
}

TEST_CASE("what must not be sent is not") {
  struct Case {
    std::string input;
    uint32_t flags;
    const char *status, *stopped_by;
  };
  const std::string skip = R"("onInvalid":"skip")";
  const std::string all_bad = R"({"sequenceId":"A","contactIds":["x",1]})";
  const Case cases[] = {
      {"x", 0, "failed", "invalid-input"},
      {input_of(removal("A", 1), R"("dryrun":true)"), 0, "failed", "invalid-input"},
      {input_of(removal("A", 1) + "," + all_bad), 0, "failed", "invalid-input"},
      {input_of(all_bad, skip), 0, "failed", "invalid-input"},
      {input_of(removal("A", 1)), 1, "failed", "configuration"},
      {input_of(removal("A", 1)), 0x80000000, "failed", "configuration"},
      {input_of(removal("A", 1), R"("dryRun":true)"), 0, "completed", ""},
      {input_of(removal("A", 1) + "," + all_bad, skip + R"(,"dryRun":true)"), 0, "completed", ""},
      {input_of(removal("A", 1) + "," + all_bad, R"("dryRun":true)"), 0, "failed", "invalid-input"},
      {input_of(""), 0, "completed", ""},
      {input_of(removal("A", 0)), 0, "completed", ""},
  };
  for (const Case &expected : cases) {
    INFO(expected.input);
    Script script(expected.input, 1, expected.flags);
    CHECK(script.run.is_done());
    CHECK(script.wake() == ACTION_DONE);
    CHECK(script.sent.empty());
    const auto result = script.result();
    CHECK(result["status"] == expected.status);
    CHECK(result["stoppedBy"] ==
          (*expected.stopped_by == 0 ? nlohmann::json() : nlohmann::json(expected.stopped_by)));
  }
  Script skipping(input_of(removal("A", 1) + "," + all_bad, skip));
  skipping.wake();
  CHECK(skipping.confirm(1) == ACTION_DONE);
  CHECK(skipping.result()["status"] == "completed");
  CHECK(skipping.result()["invalid"] == 2);
}

TEST_CASE("running out of memory anywhere gives a result whose counts add up, or no run") {
  const std::string input = batches_of(200);
  bool failed = true;
  unsigned told = 0;
  for (uint64_t at = 0; failed; at++) {
    INFO(at);
    const FailingMemory failing(at, 1);
    Run run(input, 0, 1);
    if (run.is_done() && run.result().empty()) {
      failed = failing.has_failed();
      CHECK(failed);
      continue;
    }
    class Nowhere final : public Host {
      void send(uint32_t, const Request &) override {}
      void cancel(uint32_t) override {}
    } nowhere;
    run.wake(start_ms, nowhere);
    run.answer(1, start_ms, {400, ACTION_HTTP_OK, false, {}, R"({"code":"C","message":"m"})"}, nowhere);
    run.cancel(start_ms, nowhere);
    failed = failing.has_failed();
    CHECK(account_fault(run.result(), true) == "");
    told += run.result().find("\"stoppedBy\":\"internal\"") != std::string_view::npos ? 1 : 0;
  }
  CHECK(told > 4);
}

TEST_CASE("without any memory for the result there is a short one, in the space reserved for it") {
  Script script(input_of(removal("A", 1000)));
  script.wake();
  script.confirm(1);
  {
    const FailingMemory failing;
    CHECK(script.cancel_run() == ACTION_DONE);
  }
  CHECK(account_fault(script.run.result(), true) == "");
  const auto result = nlohmann::json::parse(script.run.result());
  CHECK(result["status"] == "partial");
  CHECK(result["stoppedBy"] == "internal");
  CHECK(outcome(result) == "100 0 600 300");
  CHECK(result["errors"][0]["contacts"] == 900);
  CHECK(script.run.result().size() < 2048);
}

}  // namespace skipcall
