#include "error_log.hpp"

#include <string>

#include "catch.hpp"
#include "failing_memory.hpp"

namespace skipcall {
namespace {

uint16_t log_answer(ErrorLog &log, uint32_t status, const std::string &body,
                    uint32_t error = ACTION_HTTP_OK) {
  Response response;
  read_response({status, error, false, {}, body}, 100, response);
  return log.of_response(response);
}

}  // namespace

TEST_CASE("equal errors are one, different ones are several") {
  ErrorLog log;
  const uint16_t first = log_answer(log, 400, R"({"code":"A","message":"m"})");
  CHECK(log_answer(log, 400, R"({"error":{"code":"A","message":"m"}})") == first);
  CHECK(log_answer(log, 400, R"({"code":"B","message":"m"})") != first);
  CHECK(log_answer(log, 400, R"({"code":"A","message":"n"})") != first);
  CHECK(log_answer(log, 409, R"({"code":"A","message":"m"})") != first);
  CHECK(log_answer(log, 500, R"({"code":"A","message":"m"})") != first);
  CHECK(log.size() == 5);
  CHECK(log.code(log[first]) == "A");
  CHECK(log.api_message(log[first]) == "m");
  CHECK(log.message(log[first]) == cause_message(Cause::refused));
  CHECK(log[first].status == 400);
}

TEST_CASE("a missing response has the network's code") {
  ErrorLog log;
  const uint16_t error = log_answer(log, 0, "", ACTION_HTTP_TIMEOUT);
  CHECK(log.code(log[error]) == "TIMEOUT");
  CHECK(log[error].status == 0);
  CHECK(log[error].cause == Cause::network);
}

TEST_CASE("a cause may come with its own message") {
  ErrorLog log;
  const uint16_t own = log.of_cause(Cause::invalid_input, "why");
  CHECK(log.message(log[own]) == "why");
  const uint16_t plain = log.of_cause(Cause::invalid_input);
  CHECK(plain != own);
  CHECK(log.message(log[plain]) == cause_message(Cause::invalid_input));
  CHECK(log.of_cause(Cause::invalid_input) == plain);
}

TEST_CASE("an API whose messages all differ does not fill the log") {
  ErrorLog log;
  for (int i = 0; i < 1000; i++) {
    const uint32_t status = i % 2 == 0 ? 400 : 500;
    const uint16_t error =
        log_answer(log, status, R"({"code":"X","message":"request )" + std::to_string(i) + "\"}");
    REQUIRE(error < ErrorLog::capacity);
    CHECK(log[error].cause == (status == 400 ? Cause::refused : Cause::temporarily_unavailable));
  }
  CHECK(log.size() == ErrorLog::detailed_at_most + 2);
  for (unsigned i = 1; i < cause_count; i++) {
    CHECK(log[log.of_cause(static_cast<Cause>(i), "own")].cause == static_cast<Cause>(i));
  }
  CHECK(log.size() <= ErrorLog::capacity);
}

TEST_CASE("without memory for strings the cause is still reported") {
  ErrorLog log;
  for (int i = 0; i < 100; i++) {
    Response response;
    read_response({400, ACTION_HTTP_OK, false, {}, R"({"code":"A"})"}, 100, response);
    const FailingMemory failing;
    const uint16_t error = log.of_response(response);
    REQUIRE(error < ErrorLog::capacity);
    CHECK(log[error].cause == Cause::refused);
  }
}

}  // namespace skipcall
