#include "request_log.hpp"

#include "catch.hpp"

using namespace skipcall;

TEST_CASE("a request and its response are a line each") {
  host::HttpRequest request;
  request.method = "DELETE";
  request.target = "/v1/sequences/A/contacts";
  request.body = R"({"contactIds":["x"]})";
  CHECK(cli::request_log_line({3, &request, nullptr}) ==
        R"(#3 DELETE /v1/sequences/A/contacts {"contactIds":["x"]})");

  host::HttpResponse response;
  response.status = 200;
  response.body = R"({"removed":1})";
  CHECK(cli::request_log_line({3, nullptr, &response}) == R"(#3 200 {"removed":1})");
  response = {};
  response.error = ACTION_HTTP_TIMEOUT;
  CHECK(cli::request_log_line({3, nullptr, &response}) == "#3 no response (timeout)");
  response.status = 200;
  response.error = ACTION_HTTP_TOO_LARGE;
  CHECK(cli::request_log_line({3, nullptr, &response}) == "#3 200 (response too large)");
}

TEST_CASE("a long or hostile body is cut and made printable") {
  host::HttpResponse response;
  response.status = 500;
  response.body = "\x1b[2J" + std::string(10000, 'x');
  const std::string line = cli::request_log_line({1, nullptr, &response});
  CHECK(line.size() < 5000);
  CHECK(line.find('\x1b') == std::string::npos);
}
