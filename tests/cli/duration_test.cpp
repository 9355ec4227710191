#include "duration.hpp"

#include "catch.hpp"
#include "failure.hpp"

using namespace skipcall::cli;

TEST_CASE("a time span has a unit, or is in seconds") {
  CHECK(parse_duration_ms("--timeout", "500ms") == 500);
  CHECK(parse_duration_ms("--timeout", "30") == 30000);
  CHECK(parse_duration_ms("--timeout", "30s") == 30000);
  CHECK(parse_duration_ms("--timeout", "5m") == 300000);
  CHECK(parse_duration_ms("--timeout", "2h") == 7200000);
  CHECK(parse_duration_ms("--timeout", "0") == 0);
  CHECK(parse_duration_ms("--timeout", "4000000h") == 14400000000000);
}

TEST_CASE("anything else is refused by its option's name") {
  for (const char *text : {"", "s", "-1", "1.5s", "1 s", "1d", "99999999999s", "30S"}) {
    INFO(text);
    CHECK_THROWS_WITH(parse_duration_ms("--timeout", text), Catch::Matchers::ContainsSubstring("--timeout"));
  }
}
