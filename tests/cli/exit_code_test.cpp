#include "exit_code.hpp"

#include "catch.hpp"

using namespace skipcall::cli;

namespace {

int code(const char *result, int signal = 0) {
  return exit_code(nlohmann::json::parse(result), signal);
}

}  // namespace

TEST_CASE("each end of the table has its code") {
  CHECK(code(R"({"status":"completed"})") == 0);
  CHECK(code(R"({"status":"completed","invalid":3,"requests":4})") == 0);
  CHECK(code(R"({"status":"failed","stoppedBy":"invalid-input","requests":0})") == 2);
  CHECK(code(R"({"status":"failed","stoppedBy":null,"requests":0,"invalid":2})") == 2);
  CHECK(code(R"({"status":"failed","stoppedBy":"configuration","requests":0})") == 2);
  CHECK(code(R"({"status":"partial","stoppedBy":null,"requests":4})") == 3);
  CHECK(code(R"({"status":"failed","stoppedBy":null,"requests":4,"invalid":1})") == 1);
  for (const char *cause :
       {"credential-invalid", "forbidden", "plan-not-eligible", "subscription-required"}) {
    INFO(cause);
    CHECK(exit_code({{"status", "failed"}, {"stoppedBy", cause}, {"requests", 1}}, 0) == 4);
    CHECK(exit_code({{"status", "partial"}, {"stoppedBy", cause}, {"requests", 9}}, 0) == 4);
  }
  for (const char *cause : {"rate-limited", "temporarily-unavailable", "network", "deadline"}) {
    INFO(cause);
    CHECK(exit_code({{"status", "failed"}, {"stoppedBy", cause}, {"requests", 1}}, 0) == 1);
    CHECK(exit_code({{"status", "partial"}, {"stoppedBy", cause}, {"requests", 9}}, 0) == 3);
  }
  CHECK(code(R"({"status":"partial","stoppedBy":"internal","requests":4})") == 5);
}

TEST_CASE("a signal is reported unless everything was done before it took effect") {
  CHECK(code(R"({"status":"cancelled","stoppedBy":"cancelled"})", 2) == 130);
  CHECK(code(R"({"status":"cancelled","stoppedBy":"cancelled"})", 15) == 143);
  CHECK(code(R"({"status":"partial","requests":4})", 15) == 143);
  CHECK(code(R"({"status":"completed"})", 2) == 0);
}

TEST_CASE("a result in another form is the module's failure") {
  CHECK(code("{}") == 5);
  CHECK(code("[]") == 5);
  CHECK(code(R"({"status":1})") == 5);
  CHECK(code(R"({"status":"fine"})") == 5);
}
