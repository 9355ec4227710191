#include "pace.hpp"

#include "back_off.hpp"

namespace skipcall {
namespace {

// 9999-12-31T23:59:59.999Z: no time is later, so that no sum of times overflows.
constexpr uint64_t latest_ms = 253'402'300'799'999;
// A running host delivers an event no later than this.
constexpr uint64_t late_at_most_ms = 5000;

constexpr uint64_t clamped(uint64_t ms) {
  return ms < latest_ms ? ms : latest_ms;
}

}  // namespace

Pace::Pace(const Options &options, uint64_t seed)
    : options_(options), random_(mix64(seed)), window_(options, random_.next()) {}

void Pace::begin(uint64_t now_ms) {
  now_ms_ = start_ms_ = progress_ms_ = clamped(now_ms);
}

// When an event is due at the latest, if the host runs: the wake that was asked for, or else the end of the
// open requests. Before a lost response, the host may have stopped right after the last event.
uint64_t Pace::due_ms(bool is_lost) const {
  const uint64_t due = is_lost                ? 0
                       : decision_.at_ms != 0 ? decision_.at_ms
                                              : last_sent_ms_ + options_.request_timeout_ms;
  return due > now_ms_ ? due : now_ms_;
}

void Pace::advance(uint64_t now_ms, bool is_lost) {
  now_ms = clamped(now_ms);
  if (now_ms <= now_ms_) return;
  const uint64_t due = due_ms(is_lost);
  const uint64_t late = now_ms > due ? now_ms - due : 0;
  // Then the host did not run: it was killed, and this is its successor, or its machine slept.
  const uint64_t away = is_lost || late > late_at_most_ms ? late : 0;
  start_ms_ += away;
  progress_ms_ += away;
  if (open_ == 0 && decision_.phase != ACTION_PHASE_SENDING) waited_ms_ += now_ms - now_ms_ - away;
  now_ms_ = now_ms;
}

void Pace::sent(uint32_t exchange) {
  open_++;
  last_exchange_ = exchange;
  last_sent_ms_ = now_ms_;
}

void Pace::ended(uint32_t exchange, const ResponseHeaders &headers, bool reached_server) {
  open_--;
  // The response to a request from an earlier window says nothing reliable about the present one; the request
  // that begins the window does.
  if (exchange >= window_first_ && reached_server) window_.observe(headers, now_ms_, open_);
}

uint64_t Pace::apply(Pacing pacing, uint32_t exchange, const ResponseHeaders &headers, Failure failure,
                     bool is_forgiven) {
  switch (pacing) {
    case Pacing::unchanged:
      return 0;
    case Pacing::success:
      progress_ms_ = now_ms_;
      failures_ = 0;
      [[fallthrough]];
    case Pacing::opens_up:
      stop_probing(exchange);
      return 0;
    case Pacing::back_off:
      hold(false, exchange, headers, failure, is_forgiven);
      return 0;
    case Pacing::rate_limit:
      return hold(true, exchange, headers, failure, is_forgiven);
  }
  return 0;
}

// A good response ends the probing, unless it was sent before the reason for that.
void Pace::stop_probing(uint32_t exchange) {
  if (exchange > last_failed_ && exchange >= window_first_) probing_ = false;
}

// One back-off for the whole run. Requests that were open together fail together, so only one that was sent
// after the last failure counts as a further one. Result: when it ends.
uint64_t Pace::hold(bool is_limit, uint32_t exchange, const ResponseHeaders &headers, Failure failure,
                    bool is_forgiven) {
  if (exchange > last_failed_) {
    if (!is_forgiven) failures_++;
    last_failed_ = last_exchange_;
  }
  failure_ = failure;
  probing_ = true;
  const uint64_t failures = failures_ > 0 ? failures_ : 1;
  const uint64_t asked =
      is_limit ? window_.wait_after_429(headers, now_ms_) : window_.retry_after(headers, now_ms_).value_or(0);
  const uint64_t until = now_ms_ + (is_limit ? rate_limited_ms(failures, asked, random_)
                                             : back_off_ms(failures, asked, random_));
  if (until > hold_until_ms_) {
    hold_until_ms_ = until;
    hold_phase_ = is_limit ? ACTION_PHASE_RATE_WINDOW : ACTION_PHASE_BACK_OFF;
    hold_failure_ = failure;
  }
  return until;
}

const Pace::Decision &Pace::decide(bool has_work) {
  decision_ = has_work ? next() : Decision{};
  return decision_;
}

Pace::Decision Pace::next() {
  using Kind = Decision::Kind;
  if (failures_ >= options_.max_attempts) {
    const uint64_t at = is_retryable(failure_.cause) ? hold_until_ms_ : 0;
    return {Kind::stop, 0, at, failure_};
  }
  if (options_.max_duration_ms > 0 && now_ms_ >= start_ms_ + options_.max_duration_ms) {
    return {Kind::stop, 0, 0, {Cause::deadline, ErrorLog::none}};
  }
  if (options_.max_stall_ms > 0 && now_ms_ > progress_ms_ + options_.max_stall_ms) {
    return {Kind::stop, 0, 0, failures_ > 0 ? hold_failure_ : Failure{Cause::deadline, ErrorLog::none}};
  }
  if (window_.advance(now_ms_)) {
    probing_ = true;
    window_first_ = last_exchange_ + 1;
  }
  if (hold_until_ms_ > now_ms_) return wait_until(hold_until_ms_, hold_phase_, hold_failure_);
  if (open_ >= (probing_ ? 1 : options_.concurrency)) return {};
  if (!window_.allows(open_)) {
    return wait_until(window_.reset_ms(), ACTION_PHASE_RATE_WINDOW, {Cause::rate_limited, ErrorLog::none});
  }
  return {Kind::send, 0, 0, {}};
}

// A wait that cannot end within a limit is not begun: the run stops, and reports when to come back. Open
// requests are waited for first, since they may bring good news.
Pace::Decision Pace::wait_until(uint64_t ms, uint32_t phase, Failure failure) const {
  if (open_ > 0) return {Decision::Kind::wait, ACTION_PHASE_SENDING, ms, {}};
  const bool is_window = phase == ACTION_PHASE_RATE_WINDOW;
  const bool is_too_long = (options_.max_duration_ms > 0 && ms > start_ms_ + options_.max_duration_ms) ||
                           (options_.max_stall_ms > 0 && ms > progress_ms_ + options_.max_stall_ms) ||
                           (options_.max_stall_ms == 0 && (is_window || ms > now_ms_ + longest_back_off_ms));
  if (is_too_long) return {Decision::Kind::stop, 0, ms, failure};
  return {Decision::Kind::wait, phase, ms, {}};
}

}  // namespace skipcall
