#include "progress_bar.hpp"

#include <cstdlib>
#include <ctime>

#include "catch.hpp"

using namespace skipcall::cli;

namespace {

action_progress progress(std::uint32_t total, std::uint32_t confirmed, std::uint32_t failed = 0) {
  action_progress made{};
  made.total = total;
  made.confirmed = confirmed;
  made.failed = failed;
  made.phase = ACTION_PHASE_SENDING;
  return made;
}

}  // namespace

TEST_CASE("the line says done, all, removed and failed") {
  CHECK(progress_text(progress(3214, 1200), 1150, 60, 0, 0) ==
        "[########..............] 37 % 1,200 of 3,214, 1,150 removed");
  CHECK(progress_text(progress(10, 5, 5), 4, 60, 0, 0) ==
        "[#####################] 100 % 10 of 10, 4 removed, 5 failed");
}

TEST_CASE("waiting says until when") {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  action_progress waiting = progress(10, 5);
  waiting.wake_ms = 50600000;
  waiting.phase = ACTION_PHASE_RATE_WINDOW;
  CHECK(
      progress_text(waiting, 5, 100, 0, 0).ends_with("5 removed, waiting for the rate limit until 14:03:20"));
  waiting.phase = ACTION_PHASE_BACK_OFF;
  CHECK(progress_text(waiting, 5, 100, 0, 0).ends_with("5 removed, trying again at 14:03:20"));
  waiting.phase = ACTION_PHASE_SENDING;
  CHECK(progress_text(waiting, 5, 100, 0, 0).ends_with("5 removed"));
}

TEST_CASE("the line never wraps") {
  for (unsigned width = 0; width < 120; ++width) {
    INFO(width);
    CHECK(progress_text(progress(1000000, 999999, 1), 999999, width, 0, 12.5).size() <= width);
  }
}

TEST_CASE("nothing to do is a full bar") {
  CHECK(progress_text(progress(0, 0), 0, 40, 0, 0) == "[#############] 100 % 0 of 0, 0 removed");
}

TEST_CASE("once the rate is known, the time left is told") {
  CHECK_THAT(progress_text(progress(3214, 1200), 1150, 200, 0, 20),
             Catch::Matchers::EndsWith("37 % 1,200 of 3,214, 1,150 removed, 20/s, 1 min 41 s left"));
  CHECK_THAT(progress_text(progress(10, 10), 10, 200, 0, 20), Catch::Matchers::EndsWith("10 removed"));
}
