#include "standing.hpp"

#include "catch.hpp"

using namespace skipcall;

TEST_CASE("a count is believed where the action believes the response") {
  const auto count = [](uint32_t status, const std::string &body) {
    host::HttpResponse response;
    response.status = status;
    response.body = body;
    return cli::removed_count(response);
  };
  CHECK(count(200, R"({"removed":3})") == 3);
  CHECK(count(203, R"({"removed":3})") == 3);
  CHECK(count(202, R"({"removed":3})") == 0);
  CHECK(count(206, R"({"removed":3})") == 0);
  CHECK(count(404, R"({"removed":3})") == 0);
  CHECK(count(200, R"({"removed":"3"})") == 0);
  CHECK(count(204, "") == 0);
}
