#include "result.hpp"

#include "catch.hpp"
#include "script.hpp"

namespace skipcall {

// The whole text, member by member: hosts and their tests read it.
TEST_CASE("the result of an eventful run") {
  Script script(input_of(removal(R"(A \"x\")", 3) + "," + removal("B", 2) + "," + removal(R"(A \"x\")", 1) +
                             R"(,{"sequenceId":"C","contactIds":["bad"]},{"sequenceId":"","contactIds":[)" +
                             contacts(2) + "]}",
                         R"("batchSize":2,"onInvalid":"skip","concurrency":1)"));
  script.wake();
  script.answer(1, 200, R"({"removed":1})", window_headers(100, 97, start_ms / 1000 + 30));
  script.answer(2, 400, R"({"error":{"code":"BAD","message":"No \"x\"","status":400}})");
  script.answer(3, 404, R"({"statusCode":404,"message":"Not here"})");
  CHECK(
      script.run.result() ==
      R"({"status":"partial","dryRun":false,"stoppedBy":null,"requested":9,"invalid":3,"duplicates":1,"unique":5,)"
      R"("confirmed":2,"refused":3,"unknown":0,"unsent":0,"removed":1,"removedExact":true,)"
      R"("batches":3,"requests":3,"retries":0,"rateLimited":0,"waitedMs":0,)"
      R"("sequences":[)"
      R"({"sequenceId":"A \"x\"","status":"partial","unique":3,"confirmed":2,"refused":1,"unknown":0,"unsent":0,)"
      R"("removed":1},)"
      R"({"sequenceId":"B","status":"failed","unique":2,"confirmed":0,"refused":2,"unknown":0,"unsent":0,)"
      R"("removed":0},)"
      R"({"sequenceId":"C","status":"completed","unique":0,"confirmed":0,"refused":0,"unknown":0,"unsent":0,)"
      R"("removed":0}],)"
      R"("invalidIds":[{"removal":3,"contact":0,"reason":"not-a-uuid"},)"
      R"({"removal":4,"contact":null,"reason":"empty","contacts":2}],)"
      R"("remaining":{"removals":[]},)"
      R"("refusedIds":{"removals":[)"
      R"({"sequenceId":"A \"x\"","outcome":"refused","error":0,"contactIds":[)" +
          contacts(1, 2) + R"(]},{"sequenceId":"B","outcome":"refused","error":1,"contactIds":[)" +
          contacts(2) +
          R"(]}]},"errors":[)"
          R"({"cause":"refused","code":"BAD","httpStatus":400,"retryable":false,"retryAt":null,"message":")" +
          std::string(cause_message(Cause::refused)) +
          R"(","apiMessage":"No \"x\"","contacts":1},)"
          R"({"cause":"not-found","code":null,"httpStatus":404,"retryable":false,"retryAt":null,"message":")" +
          std::string(cause_message(Cause::not_found)) +
          R"(","apiMessage":"Not here","contacts":2}],)"
          R"("warnings":[],"rateLimit":{"limit":100,"remaining":95,"resetAt":"2025-06-15T15:07:10.000Z"}})");
  script.result();
}

TEST_CASE("remaining can be passed in again, and holds what is missing") {
  Script script(input_of(removal("A", 250) + "," + removal("B", 250), R"("concurrency":2)"));
  script.wake();
  script.confirm(1);
  script.fail(2, ACTION_HTTP_RESET);
  script.answer(3, 401);
  auto remaining = script.result()["remaining"];
  CHECK(remaining["removals"].size() == 3);  // A unknown, A unsent, B unsent
  CHECK(remaining["removals"][0]["outcome"] == "unknown");
  CHECK(remaining["removals"][0]["error"] != remaining["removals"][1]["error"]);

  Script again(remaining.dump());
  again.wake();
  for (uint32_t i = 1; !again.run.is_done(); i++) again.confirm(i);
  CHECK(outcome(again.result()) == "400 0 0 0");
  CHECK(again.sent.size() == 5);
}

TEST_CASE("contacts with the same outcome but different errors are listed separately") {
  Script script(input_of(removal("A", 3), R"("batchSize":1,"concurrency":1)"));
  script.wake();
  script.confirm(1);
  script.answer(2, 400, R"({"code":"X"})");
  script.answer(3, 400, R"({"code":"Y"})");
  const auto result = script.result();
  CHECK(result["refusedIds"]["removals"].size() == 2);
  CHECK(result["errors"].size() == 2);
}

TEST_CASE("an error that another try fixed is not reported") {
  Script script(input_of(removal("A", 1)));
  script.wake();
  script.answer(1, 503);
  script.wake_when_due();
  script.confirm(2);
  CHECK(script.result()["errors"].empty());
  CHECK(script.result()["removedExact"] == false);
}

TEST_CASE("warnings") {
  Script empty(input_of(""));
  CHECK(empty.result()["warnings"].dump() == R"([{"code":"nothing-to-do","count":1}])");

  Script absent(input_of(removal("A", 1) + "," + removal("B", 1) + "," + removal("C", 0)));
  absent.wake();
  absent.answer(1, 200, R"({"removed":0})");
  absent.answer(2, 200, R"({"removed":1})");
  CHECK(absent.result()["warnings"].dump() == R"([{"code":"nothing-was-in-sequence","count":1}])");

  Script uncounted(input_of(removal("A", 1)));  // no count is not the count 0
  uncounted.wake();
  uncounted.answer(1, 204);
  CHECK(uncounted.result()["warnings"].empty());
  CHECK(uncounted.result()["removedExact"] == false);
}

TEST_CASE("a dry run counts and is completed") {
  Script script(input_of(removal("A", 250), R"("dryRun":true)"));
  const auto result = script.result();
  CHECK(result["status"] == "completed");
  CHECK(result["dryRun"] == true);
  CHECK(result["unique"] == 250);
  CHECK(result["batches"] == 3);
  CHECK(result["requests"] == 0);
  CHECK(result["sequences"][0]["status"] == "completed");
}

TEST_CASE("the rate limit is reported as far as it is known") {
  Script none(input_of(removal("A", 1)));
  none.wake();
  none.confirm(1);
  CHECK(none.result()["rateLimit"].is_null());

  Script limit(input_of(removal("A", 1)));
  limit.wake();
  limit.confirm(1, "x-ratelimit-limit: 100\r\n");
  CHECK(limit.result()["rateLimit"].dump() == R"({"limit":100,"remaining":null,"resetAt":null})");

  Script remaining(input_of(removal("A", 1)));
  remaining.wake();
  remaining.confirm(1, "x-ratelimit-remaining: 5\r\n");
  CHECK(remaining.result()["rateLimit"].dump() == R"({"limit":null,"remaining":5,"resetAt":null})");
}

TEST_CASE("a batch given up for the rate limit says when to come back") {
  Script script(input_of(removal("A", 1), R"("maxAttempts":1)"));
  script.wake();
  CHECK(script.answer(1, 429, "", "Retry-After: 9\r\n") == ACTION_DONE);
  CHECK(script.result()["errors"][0]["retryAt"].is_string());
}

TEST_CASE("a key in the API's message does not get out") {
  Script script(input_of(removal("A", 1)));
  script.wake();
  script.answer(1, 401,
                R"({"error":{"code":"sk_live_SECRET","message":"the key sk_live_SECRET is revoked"}})");
  CHECK(script.run.result().find("SECRET") == std::string_view::npos);
  CHECK(script.result()["errors"][0]["apiMessage"] == "the key sk_live_*** is revoked");
}

}  // namespace skipcall
