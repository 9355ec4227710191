#include "run.hpp"

#include <algorithm>

#include "catch.hpp"
#include "failing_memory.hpp"
#include "script.hpp"

namespace skipcall {
namespace {

constexpr uint64_t start_s = start_ms / 1000;

// One contact a batch, so that batches are easily counted.
std::string batches_of(unsigned count, const std::string &options = "") {
  return input_of(removal("A", count), R"("batchSize":1)" + (options.empty() ? "" : "," + options));
}

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

TEST_CASE("each answer ends its batch as the table says") {
  struct Case {
    uint32_t status;
    const char *body;
    const char *outcome;  // of the one contact, when it is answered so again and again
    unsigned requests;
    const char *cause;
  };
  const Case cases[] = {
      {200, R"({"removed":1})", "1 0 0 0", 1, ""},
      {200, "", "1 0 0 0", 1, ""},
      {204, "", "1 0 0 0", 1, ""},
      {200, "<html>", "0 0 1 0", 1, "unexpected-response"},
      {302, "", "0 0 1 0", 1, "unexpected-response"},
      {400, "", "0 1 0 0", 1, "refused"},
      {409, "", "0 1 0 0", 1, "refused"},
      {413, "", "0 1 0 0", 1, "refused"},
      {422, "", "0 1 0 0", 1, "refused"},
      {401, "", "0 0 0 1", 1, "credential-invalid"},
      {402, "", "0 0 0 1", 1, "subscription-required"},
      {403, "", "0 0 0 1", 1, "forbidden"},
      {403, R"({"error":{"code":"PLAN_NOT_ELIGIBLE"}})", "0 0 0 1", 1, "plan-not-eligible"},
      {407, "", "0 0 0 1", 1, "configuration"},
      {451, "", "0 0 0 1", 1, "forbidden"},
      {404, "", "0 1 0 0", 1, "not-found"},
      {408, "", "0 0 1 0", 5, "temporarily-unavailable"},
      {425, "", "0 0 1 0", 5, "temporarily-unavailable"},
      {429, "", "0 0 0 1", 5, "rate-limited"},
      {500, "", "0 0 1 0", 5, "temporarily-unavailable"},
      {504, "", "0 0 1 0", 5, "temporarily-unavailable"},
      {524, "", "0 0 1 0", 5, "temporarily-unavailable"},
      {418, "", "0 0 1 0", 1, "unexpected-response"},
      {501, "", "0 0 1 0", 1, "unexpected-response"},
  };
  for (const Case &expected : cases) {
    INFO(expected.status << ' ' << expected.body);
    Script script(batches_of(1));
    script.wake();
    while (!script.run.is_done()) {
      if (script.open() > 0) {
        script.answer(static_cast<uint32_t>(script.sent.size()), expected.status, expected.body);
      } else {
        script.wake_when_due();
      }
    }
    const auto result = script.result();
    CHECK(outcome(result) == expected.outcome);
    CHECK(script.sent.size() == expected.requests);
    CHECK(result["errors"].size() == (*expected.cause == 0 ? 0 : 1));
    if (*expected.cause != 0) CHECK(result["errors"][0]["cause"] == expected.cause);
  }
}

TEST_CASE("a missing answer is tried again, or ends the run, by its error") {
  struct Case {
    uint32_t error;
    bool not_sent;
    const char *outcome;
    unsigned requests;
    const char *cause;
    const char *status;
  };
  const Case cases[] = {
      {ACTION_HTTP_OTHER, false, "0 0 1 0", 5, "network", "failed"},
      {ACTION_HTTP_DNS, true, "0 0 0 1", 5, "network", "failed"},
      {ACTION_HTTP_TIMEOUT, false, "0 0 1 0", 5, "network", "failed"},
      {77, false, "0 0 1 0", 5, "network", "failed"},
      {ACTION_HTTP_TOO_LARGE, false, "0 0 1 0", 1, "unexpected-response", "failed"},
      {ACTION_HTTP_REDIRECT, false, "0 0 1 0", 1, "unexpected-response", "failed"},
      {ACTION_HTTP_DENIED, false, "0 0 0 1", 1, "configuration", "failed"},
      {ACTION_HTTP_NO_CREDENTIAL, true, "0 0 0 1", 1, "configuration", "failed"},
      {ACTION_HTTP_CANCELLED, false, "0 0 1 0", 1, "cancelled", "cancelled"},
      {ACTION_HTTP_CANCELLED, true, "0 0 0 1", 1, "cancelled", "cancelled"},
  };
  for (const Case &expected : cases) {
    INFO(expected.error << ' ' << expected.not_sent);
    Script script(batches_of(1));
    script.wake();
    while (!script.run.is_done()) {
      if (script.open() > 0) {
        script.fail(static_cast<uint32_t>(script.sent.size()), expected.error, expected.not_sent);
      } else {
        script.wake_when_due();
      }
    }
    const auto result = script.result();
    CHECK(outcome(result) == expected.outcome);
    CHECK(result["status"] == expected.status);
    CHECK(script.sent.size() == expected.requests);
    CHECK(result["errors"][0]["cause"] == expected.cause);
  }
}

TEST_CASE("one try that may have arrived makes a batch unknown, whatever its last try says") {
  Script script(batches_of(1));
  script.wake();
  script.fail(1, ACTION_HTTP_RESET);
  script.wake_when_due();
  CHECK(script.answer(2, 401) == ACTION_DONE);
  CHECK(outcome(script.result()) == "0 0 1 0");

  Script twice(batches_of(1));
  twice.wake();
  twice.answer(1, 503);
  twice.wake_when_due();
  twice.answer(2, 200, R"({"removed":0})");
  const auto result = twice.result();
  CHECK(result["removedExact"] == false);
  CHECK(result["warnings"].empty());
  CHECK(result["retries"] == 1);
}

TEST_CASE("two unexpected answers in a row stop the run, one between others does not") {
  Script script(batches_of(5));
  script.wake();
  script.answer(1, 302);
  script.confirm(2);
  CHECK(script.answer(3, 200, "<html>") == ACTION_WAITING);
  CHECK(script.answer(4, 200, "<html>") == ACTION_WAITING);  // stopped; 5 is still open
  CHECK(script.confirm(5) == ACTION_DONE);
  const auto result = script.result();
  CHECK(outcome(result) == "2 0 3 0");
  CHECK(result["stoppedBy"] == "unexpected-response");

  Script portal(batches_of(100));
  portal.wake();
  portal.answer(1, 302);
  CHECK(portal.answer(2, 302) == ACTION_DONE);
  CHECK(outcome(portal.result()) == "0 0 2 98");
}

TEST_CASE("three refused with no success yet stop the run, with one they do not") {
  Script script(batches_of(100));
  script.wake();
  for (uint32_t i = 1; i <= 2; i++) CHECK(script.answer(i, 400) == ACTION_WAITING);
  CHECK(script.answer(3, 422) == ACTION_DONE);
  const auto result = script.result();
  CHECK(outcome(result) == "0 3 0 97");
  CHECK(result["stoppedBy"] == "refused");

  Script mixed(batches_of(100));
  mixed.wake();
  mixed.confirm(1);
  for (uint32_t i = 2; i <= 100; i++) mixed.answer(i, 400);
  CHECK(outcome(mixed.result()) == "1 99 0 0");
  CHECK(mixed.result()["stoppedBy"].is_null());
}

TEST_CASE("a 404 ends its sequence only") {
  Script script(input_of(removal("A", 5) + "," + removal("B", 5), R"("batchSize":1,"concurrency":2)"));
  script.wake();
  CHECK(script.answer(1, 404) == ACTION_WAITING);
  REQUIRE(script.sent.size() == 3);
  CHECK(script.sent[1].target == "/v1/sequences/B/contacts");
  CHECK(script.run.progress().failed == 5);
  for (uint32_t i = 2; i <= 6; i++) script.confirm(i);
  const auto result = script.result();
  CHECK(outcome(result) == "5 5 0 0");
  CHECK(result["status"] == "partial");
  CHECK(result["stoppedBy"].is_null());
  CHECK(result["sequences"][0]["status"] == "failed");
  CHECK(result["sequences"][1]["status"] == "completed");
  CHECK(result["errors"][0]["contacts"] == 5);

  // What fails or waits while its sequence goes away is not tried again.
  Script failing(input_of(removal("A", 9), R"("batchSize":1,"concurrency":3)"));
  failing.wake();
  failing.confirm(1);
  failing.answer(2, 503);
  failing.answer(3, 404);
  CHECK(failing.answer(4, 500) == ACTION_DONE);
  CHECK(outcome(failing.result()) == "1 8 0 0");
  CHECK(failing.result()["errors"].size() == 1);

  // An open request of the sequence still gets its own answer.
  Script open(input_of(removal("A", 5), R"("batchSize":1,"concurrency":2)"));
  open.wake();
  open.confirm(1);
  CHECK(open.answer(2, 404) == ACTION_WAITING);
  CHECK(open.sent.size() == 3);
  CHECK(open.confirm(3) == ACTION_DONE);
  CHECK(outcome(open.result()) == "2 3 0 0");
}

TEST_CASE("a stop lets open requests run out and counts them") {
  Script script(batches_of(50));
  script.wake();
  script.confirm(1);
  CHECK(script.answer(2, 401) == ACTION_WAITING);
  CHECK(script.sent.size() == 7);
  CHECK(script.wake(1'000'000) == ACTION_WAITING);
  script.confirm(3);
  script.answer(4, 503);  // not tried again
  script.fail(5, ACTION_HTTP_TIMEOUT);
  script.fail(6, ACTION_HTTP_CONNECT, true);
  CHECK(script.answer(7, 400) == ACTION_DONE);
  CHECK(script.cancelled.empty());
  CHECK(script.sent.size() == 7);
  const auto result = script.result();
  CHECK(outcome(result) == "2 1 2 45");
  CHECK(result["stoppedBy"] == "credential-invalid");
  CHECK(result["status"] == "partial");
}

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

TEST_CASE("a poisoned batch is given up after maxAttempts and stops nobody") {
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

TEST_CASE("a failure after a stop says nothing of when to come back from it") {
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
  CHECK(result["removedExact"] == true);  // a 429 has removed nothing
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

TEST_CASE("a late answer of the window before holds nothing back") {
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

TEST_CASE("with maxStallMs 0 no window is waited for, and the result says when to come back") {
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
  CHECK(failing.answer(1, 503) == ACTION_WAITING);  // a back-off is no window
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

TEST_CASE("a clock that runs backwards, or is no clock, does no harm") {
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

TEST_CASE("equal input, seed and events give equal requests and results; another seed another jitter") {
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

TEST_CASE("without any memory for the result a short one is told, in the room that was kept for it") {
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
