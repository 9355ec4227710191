// A run, by when it sends and when it waits.
#include "run.hpp"

#include "catch.hpp"
#include "script.hpp"

namespace skipcall {
namespace {

constexpr uint64_t start_s = start_ms / 1000;

}  // namespace

TEST_CASE("a failure brings one open request, one back-off for the run, and the next batch first") {
  Script script(batches_of(20));
  script.wake();
  script.confirm(1);
  REQUIRE(script.open() == 6);
  script.answer(2, 503);
  CHECK(script.sent.size() == 7);
  const uint64_t wake = script.wake_ms();
  CHECK((wake >= start_ms + 500 && wake <= start_ms + 1000));
  script.answer(3, 500);  // was open together with the first one: the same failure
  CHECK(script.wake_ms() <= start_ms + 1000);
  for (uint32_t i = 4; i <= 7; i++) script.confirm(i);
  CHECK(script.run.progress().phase == ACTION_PHASE_BACK_OFF);
  CHECK(script.wake() == ACTION_WAITING);  // too early
  CHECK(script.sent.size() == 7);
  script.wake_when_due();
  CHECK(script.sent.size() == 8);
  CHECK(script.sent[7].body == R"({"contactIds":[)" + contacts(1, 7) + "]}");  // not the failed one
  script.confirm(8);
  CHECK(script.open() == 6);
  for (uint32_t i = 9; !script.run.is_done(); i++) script.confirm(i);
  CHECK(script.sent.size() == 22);
  CHECK(script.sent[20].body == script.sent[1].body);  // at the end, first failed first
  CHECK(script.sent[21].body == script.sent[2].body);
  CHECK(outcome(script.result()) == "20 0 0 0");
}

TEST_CASE("failures in a row double the wait, and end the run after maxAttempts with a time to come back") {
  Script script(batches_of(20, R"("maxAttempts":4)"));
  script.wake();
  for (uint32_t i = 1; i <= 3; i++) {
    CHECK(script.answer(i, 502) == ACTION_WAITING);
    const uint64_t wait = script.wake_ms() - script.now_ms;
    const uint64_t most = 500u << i;
    CHECK((wait >= most / 2 && wait <= most));
    script.wake_when_due();
  }
  CHECK(script.answer(4, 502) == ACTION_DONE);
  const auto result = script.result();
  CHECK(outcome(result) == "0 0 4 16");
  CHECK(result["stoppedBy"] == "temporarily-unavailable");
  CHECK(result["errors"][0]["retryAt"].is_string());
  CHECK(result["errors"][0]["retryable"] == true);
}

TEST_CASE("a poisoned batch is given up after maxAttempts and blocks no other") {
  Script script(batches_of(4, R"("maxAttempts":3)"));
  script.wake();
  unsigned tries = 0;
  for (uint32_t i = 1; !script.run.is_done();) {
    if (script.open() == 0) {
      script.wake_when_due();
      continue;
    }
    const bool poisoned = script.sent.at(i - 1).body.find(contact(0)) != std::string::npos;
    tries += poisoned ? 1 : 0;
    if (poisoned) {
      script.answer(i, 500);
    } else {
      script.confirm(i);
    }
    i++;
  }
  CHECK(tries == 3);
  CHECK(outcome(script.result()) == "3 0 1 0");
  CHECK(script.result()["stoppedBy"].is_null());
}

TEST_CASE("a failure after a stop does not change when to come back") {
  Script script(batches_of(20, R"("maxAttempts":1)"));
  script.wake();
  script.confirm(1);
  script.answer(2, 401);
  for (uint32_t i = 3; i <= 7; i++) script.answer(i, 503);
  const auto result = script.result();
  CHECK(result["errors"][0]["cause"] == "credential-invalid");
  CHECK(result["errors"][0]["retryAt"].is_null());
}

TEST_CASE("Retry-After is waited for after a 503, too") {
  Script script(batches_of(2));
  script.wake();
  script.answer(1, 503, "", "Retry-After: 20\r\n");
  CHECK(script.wake_ms() >= start_ms + 20'000);
  CHECK(script.wake_ms() <= start_ms + 20'500);
}

TEST_CASE("a 429 waits for Retry-After, else the reset, else a window, at least 1 s and doubling") {
  const std::pair<std::string, uint64_t> cases[] = {
      {"Retry-After: 5\r\n", 5000},
      {"Retry-After: 0\r\n", 1000},
      {window_headers(100, 0, start_s + 9), 9000},
      {"", 60'000},
      {"Retry-After: 4\r\n" + window_headers(100, 50, start_s + 30), 4000},
      {"Retry-After: 34560000\r\n" + window_headers(100, 50, start_s + 30), 30'000},  // 400 days: a mistake
      {"Retry-After: 34560000\r\n", 60'000},
  };
  for (const auto &[headers, wait] : cases) {
    INFO(headers);
    Script script(batches_of(2));
    script.wake();
    CHECK(script.answer(1, 429, "", headers) == ACTION_WAITING);
    CHECK(script.run.progress().phase == ACTION_PHASE_RATE_WINDOW);
    CHECK(script.wake_ms() >= start_ms + wait);
    CHECK(script.wake_ms() <= start_ms + wait + 1000);
  }
  Script script(batches_of(9));
  script.wake();
  for (uint32_t i = 1; i <= 4; i++) {
    script.answer(i, 429, "", "Retry-After: 0\r\n");
    const uint64_t wait = script.wake_ms() - script.now_ms;
    CHECK((wait >= (500u << i) && wait <= (750u << i)));
    script.wake_when_due();
  }
  for (uint32_t i = 5; !script.run.is_done(); i++) script.confirm(i);
  const auto result = script.result();
  CHECK(result["rateLimited"] == 4);
  CHECK(result["retries"] == 4);
  CHECK(result["removedExact"] == true);  // a 429 removed nothing
  CHECK(result["waitedMs"] == script.now_ms - start_ms);
}

TEST_CASE("a used-up window is waited for, and the next one is begun by one request") {
  Script script(batches_of(20, R"("leaveRemaining":0,"concurrency":4)"));
  script.wake();
  script.confirm(1, window_headers(3, 2, start_s + 30));
  CHECK(script.open() == 2);
  script.confirm(2, window_headers(3, 1, start_s + 30));
  CHECK(script.open() == 1);
  CHECK(script.wake_ms() >= start_ms + 30'000);
  script.confirm(3, window_headers(3, 0, start_s + 30));
  CHECK(script.open() == 0);
  CHECK(script.run.progress().phase == ACTION_PHASE_RATE_WINDOW);
  script.wake_when_due();
  CHECK(script.open() == 1);
  script.confirm(4, window_headers(100, 99, start_s + 90));
  CHECK(script.open() == 4);
}

TEST_CASE("a late response from the previous window holds nothing back") {
  Script script(batches_of(40, R"("leaveRemaining":5,"concurrency":2)"));
  script.wake();
  script.confirm(1, window_headers(100, 6, start_s + 10));
  REQUIRE(script.open() == 1);
  script.wake_when_due();  // the reset
  CHECK(script.open() == 1);
  script.now_ms = start_ms + 15'000;
  script.confirm(2, window_headers(100, 5, start_s + 10));  // five seconds after its window
  CHECK(script.open() == 1);                                // the one that learns the new window
}

TEST_CASE("with maxStallMs 0 a run waits for no window, and the result says when to come back") {
  Script used_up(batches_of(20, R"("maxStallMs":0,"leaveRemaining":0)"));
  used_up.wake();
  CHECK(used_up.confirm(1, window_headers(100, 0, start_s + 30)) == ACTION_DONE);
  auto result = used_up.result();
  CHECK(result["stoppedBy"] == "rate-limited");
  CHECK(result["errors"][0]["retryAt"].get<std::string>() >= "2025-06-15T15:07:10.000Z");
  CHECK(result["errors"][0]["retryAt"].get<std::string>() <= "2025-06-15T15:07:10.500Z");
  CHECK(result["errors"][0]["contacts"] == 19);
  CHECK(outcome(result) == "1 0 0 19");

  Script refused(batches_of(20, R"("maxStallMs":0)"));
  refused.wake();
  CHECK(refused.answer(1, 429, "", "Retry-After: 9\r\n") == ACTION_DONE);
  result = refused.result();
  CHECK(result["stoppedBy"] == "rate-limited");
  CHECK(result["errors"][0]["retryAt"].is_string());

  Script failing(batches_of(20, R"("maxStallMs":0)"));
  failing.wake();
  CHECK(failing.answer(1, 503) == ACTION_WAITING);  // a back-off is not a window

  Script told(batches_of(20, R"("maxStallMs":0)"));
  told.wake();
  CHECK(told.answer(1, 503, "", "Retry-After: 86400\r\n") == ACTION_DONE);  // nor is a day a back-off
  CHECK(told.result()["errors"][0]["retryAt"].is_string());
}

TEST_CASE("each 429 says when to come back, whatever came after it") {
  const std::string slow = R"({"message":"slow down"})", slower = R"({"message":"slower"})";
  Script limited(batches_of(3, R"("concurrency":3)"));
  limited.wake();
  limited.confirm(1);
  limited.answer(2, 429, slow, "Retry-After: 20\r\n");
  limited.answer(3, 429, slower, "Retry-After: 9\r\n");
  limited.cancel_run();
  CHECK(limited.result()["errors"][0]["apiMessage"] == "slow down");
  CHECK(limited.result()["errors"][0]["retryAt"].is_string());
  CHECK(limited.result()["errors"][1]["apiMessage"] == "slower");
  CHECK(limited.result()["errors"][1]["retryAt"].is_string());

  Script failing(batches_of(3, R"("concurrency":3)"));
  failing.wake();
  failing.confirm(1);
  failing.answer(2, 429, "", "Retry-After: 20\r\n");
  failing.answer(3, 503, "", "Retry-After: 60\r\n");
  failing.cancel_run();
  CHECK(failing.result()["errors"][0]["cause"] == "rate-limited");
  CHECK(failing.result()["errors"][0]["retryAt"].is_string());
}

TEST_CASE("a wait that cannot end inside a limit is not begun") {
  for (const char *limit : {R"("maxStallMs":20000)", R"("maxDurationMs":20000)"}) {
    INFO(limit);
    Script window(batches_of(20, std::string(limit) + R"(,"leaveRemaining":0)"));
    window.wake();
    CHECK(window.confirm(1, window_headers(100, 0, start_s + 30)) == ACTION_DONE);
    CHECK(window.result()["stoppedBy"] == "rate-limited");
    CHECK(window.result()["errors"][0]["retryAt"].is_string());

    Script back_off(batches_of(20, limit));
    back_off.wake();
    CHECK(back_off.answer(1, 503, "", "Retry-After: 30\r\n") == ACTION_DONE);
    CHECK(back_off.result()["stoppedBy"] == "temporarily-unavailable");
    CHECK(back_off.result()["errors"][0]["retryAt"].is_string());

    // Open requests are waited for first; they may still bring good news.
    Script open(batches_of(20, std::string(limit) + R"(,"leaveRemaining":0)"));
    open.wake();
    CHECK(open.confirm(1, window_headers(100, 2, start_s + 30)) == ACTION_WAITING);
    CHECK(open.open() == 2);
    CHECK(open.confirm(2, window_headers(100, 1, start_s + 30)) == ACTION_WAITING);
    CHECK(open.confirm(3, window_headers(100, 0, start_s + 30)) == ACTION_DONE);
  }
}

TEST_CASE("after a limit nothing new is sent") {
  Script duration(batches_of(20, R"("maxDurationMs":5000,"concurrency":2)"));
  duration.wake();
  duration.confirm(1);
  duration.now_ms += 5000;
  CHECK(duration.confirm(2) == ACTION_WAITING);
  CHECK(duration.open() == 1);
  CHECK(duration.confirm(3) == ACTION_DONE);
  CHECK(duration.result()["stoppedBy"] == "deadline");
  CHECK(outcome(duration.result()) == "3 0 0 17");

  Script stall(batches_of(20, R"("maxStallMs":5000,"concurrency":2)"));
  stall.wake();
  stall.confirm(1);
  stall.now_ms += 5001;
  CHECK(stall.answer(2, 400) == ACTION_WAITING);
  CHECK(stall.confirm(3) == ACTION_DONE);
  CHECK(stall.result()["stoppedBy"] == "deadline");
}

TEST_CASE("time in which the host did not run counts towards no limit") {
  constexpr uint64_t six_minutes = 360'000;
  for (const char *limit : {R"("maxStallMs":40000)", R"("maxDurationMs":40000)"}) {
    INFO(limit);
    const std::string options = std::string(limit) + R"(,"leaveRemaining":0,"concurrency":2)";

    // Killed with open requests, and resumed: they are lost.
    Script killed(batches_of(20, options));
    killed.wake();
    killed.confirm(1);
    killed.now_ms += 20'000;
    killed.confirm(2);
    killed.now_ms += six_minutes;
    killed.lose(3);
    killed.lose(4);
    killed.wake_when_due();
    REQUIRE(killed.open() == 1);
    // The time before and after still counts.
    const uint64_t resumed_ms = killed.now_ms;
    killed.confirm(5);
    for (uint32_t i = 6; !killed.run.is_done(); i++) {
      killed.now_ms += 14'000;
      killed.answer(i, 400);
    }
    CHECK(killed.now_ms - resumed_ms <= 4 * 14'000);
    CHECK(killed.result()["stoppedBy"] == "deadline");

    // Killed, or asleep, while waiting for a window: the wake comes late.
    Script asleep(batches_of(20, options));
    asleep.wake();
    asleep.confirm(1, window_headers(100, 0, start_s + 30));
    asleep.now_ms = asleep.wake_ms() + six_minutes;
    asleep.wake();
    CHECK(asleep.open() == 1);
    CHECK(asleep.run.progress().phase == ACTION_PHASE_SENDING);

    // Asleep with open requests: their outcome comes long after their time.
    Script open(batches_of(20, options));
    open.wake();
    open.confirm(1);
    open.now_ms += six_minutes;
    open.fail(2, ACTION_HTTP_TIMEOUT);
    open.confirm(3);
    open.wake_when_due();
    CHECK(open.open() == 1);
  }

  // The wait for a window is reported without the sleep in it.
  Script waiting(batches_of(2, R"("leaveRemaining":0)"));
  waiting.wake();
  waiting.confirm(1, window_headers(100, 0, start_s + 30));
  const uint64_t wait_ms = waiting.wake_ms() - waiting.now_ms;
  waiting.now_ms = waiting.wake_ms() + six_minutes;
  waiting.wake();
  waiting.confirm(2);
  CHECK(waiting.result()["waitedMs"] == wait_ms);
}

TEST_CASE("a host that is a little late counts as running") {
  Script late(batches_of(20, R"("maxDurationMs":34000,"leaveRemaining":0)"));
  late.wake();
  late.confirm(1, window_headers(100, 0, start_s + 30));
  late.now_ms = late.wake_ms() + 5000;
  CHECK(late.wake() == ACTION_DONE);
  CHECK(late.result()["stoppedBy"] == "deadline");
}

}  // namespace skipcall
