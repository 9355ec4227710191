#include "unix_time.hpp"

#include <ctime>
#include <string>

#include "catch.hpp"
#include "random.hpp"

namespace skipcall {
namespace {

std::string iso(uint64_t ms) {
  std::string out(iso_time_length, '?');
  write_iso_time(ms, out.data());
  return out;
}

std::string formatted(const char *format, time_t seconds) {
  tm parts{};
  gmtime_r(&seconds, &parts);
  char out[64];
  return std::string(out, strftime(out, sizeof out, format, &parts));
}

}  // namespace

TEST_CASE("the three forms of an HTTP date") {
  for (const char *text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    uint64_t ms = 0;
    INFO(text);
    REQUIRE(parse_http_date(text, ms));
    CHECK(ms == 784'111'777'000);
  }
  const std::pair<const char *, uint64_t> edges[] = {
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Tue, 29 Feb 2000 23:59:60 GMT", 951'868'800'000},  // a leap second
      {"Fri, 31 Dec 9999 23:59:59 GMT", 253'402'300'799'000},
      {"Thursday, 01-Jan-70 00:00:00 GMT", 0},
      {"Monday, 31-Dec-69 00:00:00 GMT", 3'155'673'600'000},  // two digits: 1970 to 2069
      {"Sat Nov 26 08:49:37 1994", 785'839'777'000},
  };
  for (const auto &[text, expected] : edges) {
    uint64_t ms = 1;
    INFO(text);
    REQUIRE(parse_http_date(text, ms));
    CHECK(ms == expected);
  }
}

TEST_CASE("anything but an HTTP date is refused and changes nothing") {
  const std::string good = "Sun, 06 Nov 1994 08:49:37 GMT";
  uint64_t ms = 42;
  for (const char *bad : {"",
                          ",",
                          "Sun",
                          "Sun,",
                          "Sun ",
                          "0",
                          "-1",
                          "Sun, 06 Nov 1994 08:49:37",
                          "Sun, 06 Nov 1994 08:49:37 UTC",
                          "Sun, 06 Nov 1994 08:49:37 GMT ",
                          "Sun, 6 Nov 1994 08:49:37 GMT",
                          "Sun, 00 Nov 1994 08:49:37 GMT",
                          "Sun, 32 Nov 1994 08:49:37 GMT",
                          "Sun, 06 nov 1994 08:49:37 GMT",
                          "Sun, 06 anF 1994 08:49:37 GMT",
                          "Sun, 06 Nov 1969 08:49:37 GMT",
                          "Sun, 06 Nov 1994 24:49:37 GMT",
                          "Sun, 06 Nov 1994 08:60:37 GMT",
                          "Sun, 06 Nov 1994 08:49:61 GMT",
                          "Sunday, 06-Nov-1994 08:49:37 GMT",
                          "Sun Nov 6 08:49:37 1994",
                          "Sun Nov  6 08:49:37 94",
                          "1994-11-06T08:49:37Z"}) {
    INFO(bad);
    CHECK_FALSE(parse_http_date(bad, ms));
  }
  for (size_t length = 0; length < good.size(); length++)
    CHECK_FALSE(parse_http_date(good.substr(0, length), ms));
  CHECK(ms == 42);
}

TEST_CASE("ISO times at the edges") {
  CHECK(iso(0) == "1970-01-01T00:00:00.000Z");
  CHECK(iso(951'782'399'999) == "2000-02-28T23:59:59.999Z");
  CHECK(iso(951'782'400'000) == "2000-02-29T00:00:00.000Z");
  CHECK(iso(253'402'300'799'999) == "9999-12-31T23:59:59.999Z");
  CHECK(iso(253'402'300'800'000) == "9999-12-31T23:59:59.999Z");
  CHECK(iso(UINT64_MAX) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("reading and writing agree with the C library") {
  Random random(1);
  for (int i = 0; i < 2000; i++) {
    const auto seconds = static_cast<time_t>(random.below(253'402'300'800));
    CHECK(iso(static_cast<uint64_t>(seconds) * 1000) == formatted("%Y-%m-%dT%H:%M:%S.000Z", seconds));
    uint64_t ms = 0;
    REQUIRE(parse_http_date(formatted("%a, %d %b %Y %H:%M:%S GMT", seconds), ms));
    CHECK(ms == static_cast<uint64_t>(seconds) * 1000);
  }
}

}  // namespace skipcall
