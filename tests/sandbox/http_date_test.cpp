#include "sandbox/http_date.hpp"

#include "catch.hpp"

using skipcall::sandbox::http_date;

TEST_CASE("dates are written as IMF-fixdate") {
  CHECK(http_date(784'111'777'000) == "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110's own example
  CHECK(http_date(784'111'777'999) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(-5) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(1'709'251'199'000) == "Thu, 29 Feb 2024 23:59:59 GMT");
}
