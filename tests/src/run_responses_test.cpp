// A run, by the responses to its requests.
#include "run.hpp"

#include <set>
#include <string>

#include "catch.hpp"
#include "script.hpp"

namespace skipcall {

TEST_CASE("each response ends its batch as the table says") {
  struct Case {
    uint32_t status;
    const char *body;
    const char *outcome;  // of the one contact, if every try gets this response
    unsigned requests;
    const char *cause;
  };
  const Case cases[] = {
      {200, R"({"removed":1})", "1 0 0 0", 1, ""},
      {200, "", "1 0 0 0", 1, ""},
      {204, "", "1 0 0 0", 1, ""},
      {200, "<html>", "0 0 1 0", 2, "unexpected-response"},
      {302, "", "0 0 1 0", 2, "unexpected-response"},
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

TEST_CASE("a request without a response is retried, or ends the run, depending on its error") {
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
      {ACTION_HTTP_TLS, true, "0 0 0 1", 1, "configuration", "failed"},
      {ACTION_HTTP_TLS, false, "0 0 1 0", 1, "configuration", "failed"},
      {ACTION_HTTP_TIMEOUT, false, "0 0 1 0", 5, "network", "failed"},
      {77, false, "0 0 1 0", 5, "network", "failed"},
      {ACTION_HTTP_TOO_LARGE, false, "0 0 1 0", 2, "unexpected-response", "failed"},
      {ACTION_HTTP_REDIRECT, false, "0 0 1 0", 2, "unexpected-response", "failed"},
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

TEST_CASE("a server that is not trusted stops the run at once, and the error says what to check") {
  Script script(batches_of(9));
  script.wake();
  script.confirm(1);
  REQUIRE(script.open() == 6);
  CHECK(script.fail(2, ACTION_HTTP_TLS, true) == ACTION_WAITING);
  for (uint32_t i = 3; i <= 7; i++) script.confirm(i);
  CHECK(script.sent.size() == 7);
  const auto result = script.result();
  CHECK(outcome(result) == "6 0 0 3");
  CHECK(result["stoppedBy"] == "configuration");
  REQUIRE(result["errors"].size() == 1);
  const auto &error = result["errors"][0];
  CHECK(error["code"] == "TLS");
  CHECK(error["retryable"] == false);
  CHECK(error["retryAt"].is_null());
  CHECK(error["contacts"] == 3);
  CHECK(error["message"].get<std::string>().find("certificate") != std::string::npos);
}

TEST_CASE("what a killed host loses uses up no tries") {
  Script script(batches_of(3, R"("maxAttempts":2,"concurrency":2)"));
  script.wake();
  script.confirm(1);
  uint32_t killed = 0;
  for (uint32_t next = 2; killed < 40; killed++) {
    const auto sent = static_cast<uint32_t>(script.sent.size());
    for (; next <= sent; next++) CHECK(script.lose(next) == ACTION_WAITING);
    CHECK((script.wake_ms() >= script.now_ms + 500 && script.wake_ms() <= script.now_ms + 1000));
    script.wake_when_due();
    REQUIRE(script.open() == 1);
  }
  script.answer(static_cast<uint32_t>(script.sent.size()), 503);  // a failure, and the first one
  script.wake_when_due();
  while (!script.run.is_done()) script.confirm(static_cast<uint32_t>(script.sent.size()));
  const auto result = script.result();
  CHECK(outcome(result) == "3 0 0 0");
  CHECK(result["removedExact"] == false);
  CHECK(result["retries"] == result["requests"].get<unsigned>() - 3);
  CHECK(result["requests"] == script.sent.size());
}

TEST_CASE("a host that is killed again and again, and never gets a response, ends") {
  Script script(batches_of(2, R"("maxAttempts":3)"));
  script.wake();
  while (!script.run.is_done()) {
    if (script.open() > 0) {
      script.lose(static_cast<uint32_t>(script.sent.size()));
    } else {
      script.wake_when_due();
    }
  }
  CHECK(script.sent.size() == 103);
  const auto result = script.result();
  CHECK(outcome(result) == "0 0 2 0");
  CHECK(result["stoppedBy"] == "network");
  CHECK(result["errors"][0]["code"] == "LOST");
}

TEST_CASE("a run whose journal lost its end continues, however many batches it has left") {
  constexpr unsigned batches = 600;
  for (const char *options :
       {R"("concurrency":1)", R"("concurrency":6)", R"("concurrency":32,"maxAttempts":1)"}) {
    INFO(options);
    Script script(batches_of(batches, options));
    // As after a gap: the first announcement of each request is lost, its repeat is sent.
    std::set<std::string> doubted;
    script.wake();
    for (uint32_t next = 1; !script.run.is_done();) {
      if (next > script.sent.size()) {
        script.wake_when_due();
      } else if (const uint32_t exchange = next++; doubted.insert(script.sent.at(exchange - 1).body).second) {
        script.lose(exchange);
      } else {
        script.confirm(exchange);
      }
    }
    const auto result = script.result();
    CHECK(outcome(result) == "600 0 0 0");
    CHECK(result["removedExact"] == false);
    CHECK(result["requests"] == 2 * batches);
    CHECK(result["retries"] == batches);
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

TEST_CASE("a request with an unexpected response is retried, and what it removed is not known") {
  for (const char *body : {"<html>", R"({"removed":)", R"({"removed":"two"})", R"({"removed":2})", "null"}) {
    INFO(body);
    Script script(batches_of(1));
    script.wake();
    CHECK(script.answer(1, 200, body) == ACTION_WAITING);
    CHECK(script.run.progress().phase == ACTION_PHASE_BACK_OFF);
    CHECK((script.wake_ms() >= start_ms + 500 && script.wake_ms() <= start_ms + 1000));
    script.wake_when_due();
    CHECK(script.answer(2, 200, R"({"removed":0})") == ACTION_DONE);
    const auto result = script.result();
    CHECK(outcome(result) == "1 0 0 0");
    CHECK(result["retries"] == 1);
    CHECK(result["removedExact"] == false);
    CHECK(result["errors"].empty());
    CHECK(result["warnings"].empty());
  }
}

TEST_CASE("a count is a lower bound if the platform may have repeated the request") {
  Script low(input_of(removal("A", 2)));
  low.wake();
  low.answer_repeated(1, 200, R"({"removed":1})");
  CHECK(low.result()["removed"] == 1);
  CHECK(low.result()["removedExact"] == false);

  Script none(input_of(removal("A", 2)));
  none.wake();
  none.answer_repeated(1, 200, R"({"removed":0})");
  CHECK(none.result()["removedExact"] == false);
  CHECK(none.result()["warnings"].empty());  // perhaps they were in the sequence

  Script whole(input_of(removal("A", 2)));
  whole.wake();
  whole.answer_repeated(1, 200, R"({"removed":2})");
  CHECK(whole.result()["removedExact"] == true);  // no transmission before it removed any

  // The first one may have been carried out before the second was refused.
  Script limited(input_of(removal("A", 2)));
  limited.wake();
  limited.answer_repeated(1, 429);
  limited.wake_when_due();
  limited.answer(2, 200, R"({"removed":0})");
  CHECK(limited.result()["removedExact"] == false);

  Script bad_key(input_of(removal("A", 2)));
  bad_key.wake();
  bad_key.answer_repeated(1, 401);
  CHECK(outcome(bad_key.result()) == "0 0 0 2");
}

TEST_CASE("two unexpected responses in a row stop the run, one between others does not") {
  Script script(batches_of(5));
  script.wake();
  script.answer(1, 302);
  script.wake_when_due();
  script.confirm(2);
  CHECK(script.answer(3, 200, "<html>") == ACTION_WAITING);
  CHECK(script.answer(4, 200, "<html>") == ACTION_WAITING);  // stopped; 5 and 6 are still open
  CHECK(script.confirm(5) == ACTION_WAITING);
  CHECK(script.confirm(6) == ACTION_DONE);
  const auto result = script.result();
  CHECK(outcome(result) == "3 0 2 0");
  CHECK(result["stoppedBy"] == "unexpected-response");

  Script portal(batches_of(100));
  portal.wake();
  portal.answer(1, 302);
  portal.wake_when_due();
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

  // What fails or waits when its sequence turns out to be missing is not retried.
  Script failing(input_of(removal("A", 9), R"("batchSize":1,"concurrency":3)"));
  failing.wake();
  failing.confirm(1);
  failing.answer(2, 503);
  failing.answer(3, 404);
  CHECK(failing.answer(4, 500) == ACTION_DONE);
  CHECK(outcome(failing.result()) == "1 8 0 0");
  CHECK(failing.result()["errors"].size() == 1);

  // An open request of the sequence still gets its own response.
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
  script.answer(4, 503);  // not retried
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

}  // namespace skipcall
