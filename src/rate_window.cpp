#include "rate_window.hpp"

#include "api.hpp"

namespace skipcall {
namespace {

constexpr uint64_t delta_below = 10'000'000;              // a Reset below it counts seconds from now
constexpr uint64_t milliseconds_above = 100'000'000'000;  // … above it, milliseconds since 1970
constexpr int64_t same_window_ms = 2000;                  // clocks and rounding shift a reset by up to this
constexpr uint64_t remaining_at_most = 1'000'000'000;     // more is as good as no limit
constexpr int64_t careful_divisor = 4;                    // of the share, near the end of a window
constexpr uint64_t jitter_at_most_ms = 500;
constexpr uint64_t retry_after_at_most_s = 366 * 86'400;  // more is a mistake

}  // namespace

RateWindow::RateWindow(const Options &options, uint64_t seed)
    : given_leave_(options.has_leave_remaining),
      leave_(static_cast<int64_t>(options.leave_remaining)),
      random_(seed) {}

RateWindow::Reset RateWindow::read_reset(const ResponseHeaders &headers, uint64_t now_ms) const {
  if (!headers.has_reset) return {};
  const auto now = static_cast<int64_t>(now_ms);
  Reset reset{true, true, 0};
  if (headers.reset < delta_below && headers.has_date) {
    // Counted from when the response was made, so that a slow one does not look like one of a later window.
    // Date has whole seconds, rounded down.
    reset.ms = static_cast<int64_t>(headers.date_ms) + 999 + static_cast<int64_t>(headers.reset) * 1000;
  } else if (headers.reset < delta_below) {
    reset.is_server_time = false;
    reset.ms = now + static_cast<int64_t>(headers.reset) * 1000;
  } else if (headers.reset > milliseconds_above) {
    reset.ms = static_cast<int64_t>(headers.reset);
  } else {
    reset.ms = static_cast<int64_t>(headers.reset) * 1000;
  }
  const int64_t in = to_host_time(reset) - now;
  reset.valid = in > -same_window_ms && in <= static_cast<int64_t>(2 * api::rate_window_ms);
  return reset;
}

int64_t RateWindow::to_host_time(const Reset &reset) const {
  return reset.is_server_time && has_offset_ ? reset.ms - offset_ms_ : reset.ms;
}

void RateWindow::observe(const ResponseHeaders &headers, uint64_t now_ms, uint32_t open) {
  if (headers.has_date) {
    // Date is rounded down, and takes a while to arrive: the server's clock is never behind it.
    const int64_t offset = static_cast<int64_t>(headers.date_ms) - static_cast<int64_t>(now_ms);
    if (!has_offset_ || offset > offset_ms_) offset_ms_ = offset;
    has_offset_ = true;
  }
  if (headers.has_limit) {
    has_limit_ = true;
    limit_ = headers.limit;
    if (!given_leave_) leave_ = static_cast<int64_t>(limit_ / leave_remaining_divisor);
  }
  if (!headers.has_remaining) {
    spend();
    return;
  }
  const auto remaining =
      static_cast<int64_t>(headers.remaining < remaining_at_most ? headers.remaining : remaining_at_most);
  const Reset reset = read_reset(headers, now_ms);
  if (!known_) {
    start_window(reset, now_ms, remaining);
  } else if (reset.valid && has_reset_) {
    const int64_t shift = to_host_time(reset) - to_host_time(reset_);
    if (shift > same_window_ms) {
      start_window(reset, now_ms, remaining);
    } else if (shift >= -same_window_ms) {
      if (remaining > 0 || lowest_ > 0) answered_++;  // a 429 is not counted by the API
      lowest_ = remaining < lowest_ ? remaining : lowest_;
      if (!reset.is_server_time && reset.ms > reset_.ms) reset_ = reset;
    }  // else: a late response of a window that is over
  } else if (reset.valid) {
    // The first usable reset is better than what was assumed without one.
    start_window(reset, now_ms, remaining);
  } else {
    // Without a reset to tell windows apart, a rise that the open requests cannot explain begins a new one.
    answered_++;
    if (remaining > lowest_ + static_cast<int64_t>(open) + 1) {
      start_window(reset, now_ms, remaining);
    } else {
      lowest_ = remaining < lowest_ ? remaining : lowest_;
    }
  }
  update_budget(open);
}

void RateWindow::spend() {
  if (!known_) return;
  answered_++;
  lowest_--;
  budget_--;
}

void RateWindow::start_window(const Reset &reset, uint64_t now_ms, int64_t remaining) {
  known_ = true;
  has_reset_ = reset.valid;
  reset_ = reset;
  if (reset.valid && to_host_time(reset) <= static_cast<int64_t>(now_ms)) {
    reset_.ms += static_cast<int64_t>(now_ms) + 1000 - to_host_time(reset);  // about to end
  }
  assumed_end_ms_ = now_ms + api::rate_window_ms;
  jitter_ms_ = random_.below(jitter_at_most_ms);
  // If others also used the last window, they are expected in this one: as if one own request and theirs had
  // been answered already.
  const int64_t fallen_for_each = answered_ > 0 ? (first_ - lowest_) / answered_ : 0;
  answered_ = fallen_for_each > 1 ? 1 : 0;
  first_ = remaining + (fallen_for_each > 1 ? fallen_for_each : 0);
  lowest_ = remaining;
  most_open_ = 0;
}

// The requests that may be open until the next response: what is left, or, where Remaining falls faster than
// the run's own requests explain, the run's share of it.
//
// Remaining does not include the requests that others have in flight. So near the end of the window,
// when the share is less than what the run had open, it lets its open requests end, and continues in
// rounds: a careful part of the share, and no more until all of them are answered. A fraction of a request
// is left to chance, so that the workers together neither leave much nor ask for too much.
// tests/simulation/shared_key_test.cpp measures it.
void RateWindow::update_budget(uint32_t open) {
  const int64_t left = lowest_ - leave_;
  budget_ = left;
  const auto open_now = static_cast<int64_t>(open);
  if (most_open_ <= open_now) most_open_ = open_now + 1;  // with the one just answered
  const int64_t fallen = first_ - lowest_;
  const int64_t others = fallen - answered_ - open_now;
  if (left <= 0 || others <= 0) return;
  int64_t share = left * (answered_ > 0 ? answered_ : 1);  // over `fallen`
  if (share < most_open_ * fallen) {
    share = open > 0 ? 0 : share / careful_divisor;
  }
  budget_ = share / fallen;
  const auto fraction = static_cast<uint64_t>(share % fallen);
  if (random_.below(static_cast<uint64_t>(fallen)) < fraction) budget_++;
}

uint64_t RateWindow::unjittered_reset_ms() const {
  if (!has_reset_) return assumed_end_ms_;
  const int64_t ms = to_host_time(reset_);
  return ms > 0 ? static_cast<uint64_t>(ms) : 0;
}

uint64_t RateWindow::reset_ms() const {
  return unjittered_reset_ms() + jitter_ms_;
}

bool RateWindow::advance(uint64_t now_ms) {
  if (!known_ || now_ms < reset_ms()) return false;
  known_ = false;
  return true;
}

std::optional<uint64_t> RateWindow::retry_after(const ResponseHeaders &headers, uint64_t now_ms) const {
  if (headers.has_retry_after_s && headers.retry_after_s <= retry_after_at_most_s) {
    return headers.retry_after_s * 1000;
  }
  if (headers.has_retry_after_date) {
    const int64_t at = to_host_time({true, true, static_cast<int64_t>(headers.retry_after_ms)});
    const int64_t in = at - static_cast<int64_t>(now_ms);
    if (in <= static_cast<int64_t>(retry_after_at_most_s) * 1000)
      return in > 0 ? static_cast<uint64_t>(in) : 0;
  }
  return std::nullopt;
}

uint64_t RateWindow::wait_after_429(const ResponseHeaders &headers, uint64_t now_ms) const {
  if (const auto asked = retry_after(headers, now_ms)) return *asked;
  const Reset reset = read_reset(headers, now_ms);
  if (!reset.valid) return api::rate_window_ms;
  const int64_t in = to_host_time(reset) - static_cast<int64_t>(now_ms);
  return in > 0 ? static_cast<uint64_t>(in) : 0;
}

}  // namespace skipcall
