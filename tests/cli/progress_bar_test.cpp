#include "progress_bar.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>

#include "catch.hpp"

using namespace skipcall::cli;

namespace {

action_progress progress(uint32_t total, uint32_t confirmed, uint32_t failed = 0) {
  action_progress made{};
  made.total = total;
  made.confirmed = confirmed;
  made.failed = failed;
  made.phase = ACTION_PHASE_SENDING;
  return made;
}

// What `print` writes to standard error.
std::string printed(const std::function<void()> &print) {
  std::fflush(stderr);
  const int kept = ::dup(STDERR_FILENO);
  std::FILE *file = std::tmpfile();
  ::dup2(::fileno(file), STDERR_FILENO);
  print();
  std::fflush(stderr);
  ::dup2(kept, STDERR_FILENO);
  ::close(kept);
  std::string text(1000, '\0');
  std::rewind(file);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
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

TEST_CASE("once the rate is known, the time left is shown") {
  CHECK_THAT(progress_text(progress(3214, 1200), 1150, 200, 0, 20),
             Catch::Matchers::EndsWith("37 % 1,200 of 3,214, 1,150 removed, 20/s, 1 min 41 s left"));
  CHECK_THAT(progress_text(progress(10, 10), 10, 200, 0, 20), Catch::Matchers::EndsWith("10 removed"));
}

TEST_CASE("without a terminal there is a line every 30 s") {
  using std::chrono::seconds;
  const auto begin = std::chrono::steady_clock::now();
  ProgressBar lines(ProgressStyle::lines);
  const auto at = [&](int second, unsigned done) {
    return printed([&] { lines.draw(progress(100, done), done, begin + seconds(second)); });
  };
  CHECK(at(0, 0).empty());
  CHECK(at(29, 10).empty());
  CHECK(at(30, 30) == "30 % 30 of 100, 30 removed, 1/s, 1 min 11 s left\n");
  CHECK(at(31, 31).empty());
  CHECK(at(59, 59).empty());
  CHECK(at(61, 61) == "61 % 61 of 100, 61 removed, 1/s, 40 s left\n");
  CHECK(printed([&] { lines.clear(); }).empty());
}

TEST_CASE("--quiet shows no progress") {
  const auto begin = std::chrono::steady_clock::now();
  ProgressBar none(ProgressStyle::none);
  for (int minutes = 0; minutes < 3; ++minutes)
    CHECK(printed([&] { none.draw(progress(3, 1), 1, begin + std::chrono::minutes(minutes)); }).empty());
}
