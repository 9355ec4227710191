#include "http_headers.hpp"

#include <string>

#include "catch.hpp"

namespace skipcall {

TEST_CASE("the headers of a usual response") {
  const ResponseHeaders headers = read_headers(
      "content-type: application/json\r\n"
      "X-RateLimit-Limit: 100\r\n"
      "x-ratelimit-remaining:97\r\n"
      "X-RATELIMIT-RESET: \t1750000000 \r\n"
      "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
      "Retry-After: 7\r\n");
  CHECK(headers.has_limit);
  CHECK(headers.limit == 100);
  CHECK(headers.has_remaining);
  CHECK(headers.remaining == 97);
  CHECK(headers.has_reset);
  CHECK(headers.reset == 1'750'000'000);
  CHECK(headers.has_date);
  CHECK(headers.date_ms == 784'111'777'000);
  CHECK(headers.has_retry_after_s);
  CHECK(headers.retry_after_s == 7);
  CHECK_FALSE(headers.has_retry_after_date);
}

TEST_CASE("Retry-After as a date") {
  const ResponseHeaders headers = read_headers("retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  CHECK_FALSE(headers.has_retry_after_s);
  CHECK(headers.has_retry_after_date);
  CHECK(headers.retry_after_ms == 784'111'777'000);
}

TEST_CASE("which values are numbers") {
  const std::pair<const char *, int64_t> cases[] = {
      // -1: none
      {"0", 0},
      {"007", 7},
      {"12.5", 12},
      {"5, 6", 5},
      {"5;w=60", -1},
      {"", -1},
      {"-1", -1},
      {"+1", -1},
      {"1e3", -1},
      {"0x10", -1},
      {".5", -1},
      {", 5", -1},
      {"1 000", -1},
      {"x", -1},
      {"9 , 8", 9},
      {"999999999999999", 999'999'999'999'999},
      {"1000000000000000", -1},
  };
  for (const auto &[value, expected] : cases) {
    const ResponseHeaders headers = read_headers("x-ratelimit-remaining: " + std::string(value) + "\r\n");
    INFO(value);
    CHECK(headers.has_remaining == (expected >= 0));
    CHECK(headers.remaining == static_cast<uint64_t>(expected < 0 ? 0 : expected));
  }
}

TEST_CASE("of a repeated header the first usable value counts") {
  const ResponseHeaders headers = read_headers(
      "x-ratelimit-limit: x\r\nx-ratelimit-limit: 3\r\nX-RateLimit-Limit: 4\r\n"
      "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: 9\r\n");
  CHECK(headers.limit == 3);
  CHECK(headers.has_retry_after_date);
  CHECK_FALSE(headers.has_retry_after_s);
}

TEST_CASE("lines that are not headers are ignored") {
  const ResponseHeaders headers = read_headers(
      "no colon\r\n:\r\n: 5\r\n\r\nx-ratelimit-remaining : 1\r\nx-ratelimit-remainin: 2\r\n"
      "x-ratelimit-reset: 1\nx-ratelimit-reset: 2\r\nx-ratelimit-limit: 9");
  CHECK_FALSE(headers.has_remaining);
  CHECK_FALSE(headers.has_reset);  // a bare LF does not end a line
  CHECK(headers.limit == 9);       // the last line may lack its end
  CHECK_FALSE(read_headers("").has_limit);
}

}  // namespace skipcall
