#include "request_log.hpp"

#include "catch.hpp"

using namespace skipcall;

TEST_CASE("a request and its answer are a line each") {
  host::HttpRequest request;
  request.method = "DELETE";
  request.target = "/v1/sequences/A/contacts";
  request.body = R"({"contactIds":["x"]})";
  CHECK(cli::request_log_line({3, &request, nullptr}) ==
        R"(#3 DELETE /v1/sequences/A/contacts {"contactIds":["x"]})");

  host::HttpAnswer answer;
  answer.status = 200;
  answer.body = R"({"removed":1})";
  CHECK(cli::request_log_line({3, nullptr, &answer}) == R"(#3 200 {"removed":1})");
  answer = {};
  answer.error = ACTION_HTTP_TIMEOUT;
  CHECK(cli::request_log_line({3, nullptr, &answer}) == "#3 no answer (timeout)");
  answer.status = 200;
  answer.error = ACTION_HTTP_TOO_LARGE;
  CHECK(cli::request_log_line({3, nullptr, &answer}) == "#3 200 (answer too large)");
}

TEST_CASE("a long or hostile body is cut and made printable") {
  host::HttpAnswer answer;
  answer.status = 500;
  answer.body = "\x1b[2J" + std::string(10000, 'x');
  const std::string line = cli::request_log_line({1, nullptr, &answer});
  CHECK(line.size() < 5000);
  CHECK(line.find('\x1b') == std::string::npos);
}
