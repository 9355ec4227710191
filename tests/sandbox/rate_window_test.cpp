#include "sandbox/rate_window.hpp"

#include "catch.hpp"

using namespace skipcall::sandbox;

TEST_CASE("a window begins with its first request and refuses beyond the limit") {
  RateWindow window;
  CHECK(window.end_ms() == 0);
  CHECK(window.take(500, 2, 1000, WindowStart::first_request));
  CHECK(window.end_ms() == 1500);
  CHECK(window.remaining() == 1);
  CHECK(window.take(1499, 2, 1000, WindowStart::first_request));
  CHECK_FALSE(window.take(1499, 2, 1000, WindowStart::first_request));
  CHECK(window.remaining() == 0);
  CHECK(window.take(1500, 2, 1000, WindowStart::first_request));
  CHECK(window.end_ms() == 2500);
  CHECK(window.remaining() == 1);
}

TEST_CASE("a window of the clock begins at a multiple of its length") {
  RateWindow window;
  CHECK(window.take(61'234, 1, 60'000, WindowStart::clock));
  CHECK(window.end_ms() == 120'000);
  CHECK_FALSE(window.take(119'999, 1, 60'000, WindowStart::clock));
  CHECK(window.take(120'000, 1, 60'000, WindowStart::clock));
}

TEST_CASE("a limit that shrinks within a window leaves nothing") {
  RateWindow window;
  for (int i = 0; i < 5; ++i) CHECK(window.take(1, 10, 1000, WindowStart::first_request));
  CHECK_FALSE(window.take(2, 3, 1000, WindowStart::first_request));
  CHECK(window.remaining() == 0);
  CHECK(window.limit() == 3);
}
