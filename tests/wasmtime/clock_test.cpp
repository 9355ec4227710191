#include "clock.hpp"

#include <thread>

#include "catch.hpp"

using namespace skipcall::host;
using namespace std::chrono_literals;

TEST_CASE("a clock begins with the wall clock and goes forward") {
  auto wall = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
  Clock clock;
  CHECK(clock.now_ms() >= wall);
  CHECK(clock.now_ms() < wall + 10000);
  uint64_t before = clock.now_ms();
  std::this_thread::sleep_for(20ms);
  CHECK(clock.now_ms() >= before + 20);
}

TEST_CASE("a resumed run's clock does not begin before the time that it had reached") {
  uint64_t future = Clock().now_ms() + 3600000;
  Clock clock(future);
  CHECK(clock.now_ms() >= future);
  CHECK(clock.now_ms() < future + 10000);
}
