#include "rate_window.hpp"

#include <string>

#include "api.hpp"
#include "catch.hpp"

namespace skipcall {
namespace {

constexpr uint64_t now = 1'750'000'000'000;
constexpr uint64_t now_s = now / 1000;

ResponseHeaders headers_of(uint64_t remaining, uint64_t reset) {
  ResponseHeaders headers;
  headers.has_limit = headers.has_remaining = headers.has_reset = true;
  headers.limit = 100;
  headers.remaining = remaining;
  headers.reset = reset;
  return headers;
}

ResponseHeaders remaining_only(uint64_t remaining) {
  ResponseHeaders headers;
  headers.has_remaining = true;
  headers.remaining = remaining;
  return headers;
}

Options leaving(uint64_t requests) {
  Options options;
  options.leave_remaining = requests;
  options.has_leave_remaining = true;
  return options;
}

// A window that leaves nothing to others, so that remaining is what may be open.
struct Window : RateWindow {
  explicit Window(const Options &options = leaving(0)) : RateWindow(options, 1) {}
  // How many requests may be open at once.
  uint32_t room() const {
    uint32_t open = 0;
    while (open < 5000 && allows(open)) open++;
    return open;
  }
};

}  // namespace

TEST_CASE("nothing known: nothing is held back") {
  Window window;
  CHECK(window.room() == 5000);
  CHECK_FALSE(window.advance(now));
  window.observe({}, now, 0);
  CHECK(window.room() == 5000);
  CHECK_FALSE(window.has_limit());
  CHECK_FALSE(window.has_remaining());
}

TEST_CASE("a reset is read as seconds, milliseconds or a delta, and ignored where it cannot be") {
  struct Case {
    uint64_t reset;
    bool valid;
    uint64_t at;
  };
  const Case cases[] = {
      {now_s + 30, true, now + 30'000},
      {now + 30'000, true, now + 30'000},
      {30, true, now + 30'000},
      {0, true, now + 1000},               // about to end
      {now_s - 1, true, now + 1000},       // within the 2 s by which clocks differ
      {now_s - 3, false, 0},               // past
      {now_s + 120, true, now + 120'000},  // two windows ahead
      {now_s + 121, false, 0},
      {121, false, 0},
      {9'999'999, false, 0},
      {10'000'000, false, 0},       // April 1970
      {100'000'000'000, false, 0},  // the year 5138, in seconds
      {100'000'000'001, false, 0},  // 1973, in milliseconds
      {999'999'999'999'999, false, 0},
  };
  for (const Case &expected : cases) {
    INFO(expected.reset);
    Window window;
    window.observe(headers_of(50, expected.reset), now, 0);
    CHECK(window.has_reset() == expected.valid);
    CHECK(window.unjittered_reset_ms() == (expected.valid ? expected.at : now + api::rate_window_ms));
    CHECK(window.reset_ms() >= window.unjittered_reset_ms());
    CHECK(window.reset_ms() < window.unjittered_reset_ms() + 500);
    CHECK(window.room() == 50);
  }
}

TEST_CASE("a window ends at its reset, and the next one has to be learned") {
  Window window;
  window.observe(headers_of(0, now_s + 30), now, 0);
  CHECK(window.room() == 0);
  CHECK_FALSE(window.advance(now + 29'999));
  CHECK(window.room() == 0);
  CHECK(window.advance(window.reset_ms()));
  CHECK(window.room() == 5000);
  CHECK_FALSE(window.has_remaining());
  CHECK_FALSE(window.advance(window.reset_ms()));
}

TEST_CASE("the lowest remaining of a window counts, in whatever order responses come") {
  Window window;
  window.observe(headers_of(90, now_s + 30), now, 5);
  window.observe(headers_of(85, now_s + 30), now + 1, 4);
  window.observe(headers_of(88, now_s + 31), now + 2, 3);  // a shift within 2 s is the same window
  window.observe(headers_of(87, now_s + 28), now + 3, 2);
  CHECK(window.remaining() == 85);
  CHECK(window.room() == 85);
}

TEST_CASE("a later reset begins a window, an earlier one is from a stale response") {
  Window window;
  window.observe(headers_of(5, now_s + 10), now, 0);
  window.observe(headers_of(99, now_s + 13), now, 0);
  CHECK(window.remaining() == 99);
  window.observe(headers_of(1, now_s + 10), now, 0);
  CHECK(window.remaining() == 99);
  CHECK(window.room() == 99);
}

TEST_CASE("a delta reset stays in its window although each response rounds it again") {
  Window window;
  window.observe(headers_of(50, 60), now, 0);
  window.observe(headers_of(49, 60), now + 900, 0);
  window.observe(headers_of(48, 59), now + 1800, 0);
  CHECK(window.remaining() == 48);
  CHECK(window.unjittered_reset_ms() == now + 60'900);
  window.observe(headers_of(99, 60), now + 61'000, 0);
  CHECK(window.remaining() == 99);
}

TEST_CASE("unix times are corrected by the server's Date") {
  for (const int64_t skew_s : {-7200, -90, 90, 7200}) {
    INFO(skew_s);
    const auto server_s = static_cast<uint64_t>(static_cast<int64_t>(now_s) + skew_s);
    Window window;
    ResponseHeaders headers = headers_of(0, server_s + 30);
    headers.has_date = true;
    headers.date_ms = server_s * 1000;
    window.observe(headers, now, 0);
    CHECK(window.has_reset());
    CHECK(window.unjittered_reset_ms() == now + 30'000);
    // A Date that was under way for longer says nothing new; a faster one does.
    window.observe(headers, now + 800, 0);
    CHECK(window.unjittered_reset_ms() == now + 30'000);
    headers.date_ms += 1000;
    window.observe(headers, now + 900, 0);
    CHECK(window.unjittered_reset_ms() == now + 29'900);
    headers.has_retry_after_date = true;
    headers.retry_after_ms = headers.date_ms + 5000;
    CHECK(window.retry_after(headers, now + 900) == 5000);
  }
}

TEST_CASE("without a reset, a rise that open requests cannot explain begins a window") {
  Window window;
  window.observe(remaining_only(10), now, 3);
  window.observe(remaining_only(12), now, 2);  // a response that overtook others
  CHECK(window.remaining() == 10);
  window.observe(remaining_only(99), now + 1000, 2);
  CHECK(window.remaining() == 99);
  CHECK_FALSE(window.has_reset());
  CHECK(window.unjittered_reset_ms() == now + 1000 + api::rate_window_ms);
}

TEST_CASE("a response without a count has used up one request") {
  Window window;
  window.observe(headers_of(2, now_s + 30), now, 0);
  window.observe({}, now, 0);
  CHECK(window.room() == 1);
  window.observe({}, now, 0);
  window.observe({}, now, 0);
  CHECK(window.room() == 0);
  CHECK(window.remaining() == 0);
}

TEST_CASE("some requests are left to others: a share of the limit, or the given number") {
  Window share{Options()};
  share.observe(headers_of(50, now_s + 30), now, 0);
  CHECK(share.room() == 45);
  Window named(leaving(20));
  named.observe(headers_of(50, now_s + 30), now, 0);
  CHECK(named.room() == 30);
  Window all(leaving(1'000'000));
  all.observe(headers_of(50, now_s + 30), now, 0);
  CHECK(all.room() == 0);
}

TEST_CASE("if others use the key too, a run takes its share") {
  Window window;
  window.observe(headers_of(100, now_s + 30), now, 0);
  window.observe(headers_of(96, now_s + 30), now, 0);  // three of four requests were not its own
  CHECK(window.room() == 24);
  Window alone;
  alone.observe(headers_of(100, now_s + 30), now, 6);
  alone.observe(headers_of(94, now_s + 30), now, 5);  // its own open requests explain the fall
  CHECK(alone.room() == 94);
}

TEST_CASE("what a 429 asks for: Retry-After, else the reset, else a window") {
  const Window window;
  ResponseHeaders headers;
  CHECK(window.wait_after_429(headers, now) == api::rate_window_ms);
  headers.has_reset = true;
  headers.reset = now_s + 12;
  CHECK(window.wait_after_429(headers, now) == 12'000);
  headers.reset = now_s - 1;
  CHECK(window.wait_after_429(headers, now) == 0);
  headers.reset = now_s - 100;  // ignored
  CHECK(window.wait_after_429(headers, now) == api::rate_window_ms);
  headers.has_retry_after_s = true;
  headers.retry_after_s = 7;
  CHECK(window.wait_after_429(headers, now) == 7000);
  CHECK(window.retry_after(headers, now) == 7000);
  headers.retry_after_s = 999'999'999'999'999;  // a mistake, so treated as absent
  CHECK(window.wait_after_429(headers, now) == api::rate_window_ms);
  headers.reset = now_s + 40;
  CHECK(window.wait_after_429(headers, now) == 40'000);
  headers = {};
  headers.has_retry_after_date = true;
  headers.retry_after_ms = now + 9000;
  CHECK(window.wait_after_429(headers, now) == 9000);
  headers.retry_after_ms = now - 9000;
  CHECK(window.wait_after_429(headers, now) == 0);
  headers.retry_after_ms = now + 400 * 86'400'000ull;
  CHECK_FALSE(window.retry_after(headers, now));
  CHECK(window.wait_after_429(headers, now) == api::rate_window_ms);
}

TEST_CASE("absurd numbers overflow nothing") {
  Window window;
  ResponseHeaders headers = headers_of(999'999'999'999'999, now_s + 30);
  headers.limit = 999'999'999'999'999;
  window.observe(headers, now, 0);
  headers.remaining = 999'999'999'000'000;
  for (int i = 0; i < 20'000; i++) window.observe(headers, now, 0);
  CHECK(window.room() == 5000);
}

}  // namespace skipcall
