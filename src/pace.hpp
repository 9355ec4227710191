// When a run may send its next request: one at a time or several, what failures and the API's rate window hold
// back, and the limits of stall and duration. It knows requests by number and nothing of what is in them.
#pragma once

#include <cstdint>

#include "error_log.hpp"
#include "options.hpp"
#include "random.hpp"
#include "rate_window.hpp"
#include "transitions.hpp"

namespace skipcall {

class Pace {
 public:
  // What went wrong, as the caller names it. A decision to stop names it again.
  struct Failure {
    Cause cause = Cause::none;
    uint16_t error = ErrorLog::none;
  };

  struct Decision {
    enum class Kind : uint8_t { send, wait, stop };
    Kind kind = Kind::wait;
    uint32_t phase = ACTION_PHASE_SENDING;  // of a wait
    uint64_t at_ms = 0;  // wait: until then, 0 for the next response; stop: when to come back, 0 if unknown
    Failure failure;     // of a stop; without an error where no response is to blame
  };

  Pace(const Options &options, uint64_t seed);

  // The run begins: both limits count from now.
  void begin(uint64_t now_ms);
  // The time of an event. `is_lost`: the host did not run before it, for nobody knows how long.
  void advance(uint64_t now_ms, bool is_lost = false);

  void sent(uint32_t exchange);
  // A request has ended. `reached_server`: the API may have counted it.
  void ended(uint32_t exchange, const ResponseHeaders &headers, bool reached_server);
  // What its response means, after ended(). `is_forgiven`: it does not count as a failure, though the run holds.
  // Result: when the rate limit lets the run resume; 0: this was not about the limit.
  uint64_t apply(Pacing pacing, uint32_t exchange, const ResponseHeaders &headers, Failure failure,
                 bool is_forgiven);

  // What to do next, if there is something to send, and if there is not.
  const Decision &decide(bool has_work);
  const Decision &decision() const { return decision_; }

  // For the result.
  const RateWindow &window() const { return window_; }
  uint64_t waited_ms() const { return waited_ms_; }

 private:
  uint64_t due_ms(bool is_lost) const;
  void stop_probing(uint32_t exchange);
  uint64_t hold(bool is_limit, uint32_t exchange, const ResponseHeaders &headers, Failure failure,
                bool is_forgiven);
  Decision next();
  Decision wait_until(uint64_t ms, uint32_t phase, Failure failure) const;

  Options options_;
  Random random_;
  RateWindow window_;
  Decision decision_;

  uint64_t now_ms_ = 0;
  // Both are moved forward by the time in which the host did not run.
  uint64_t start_ms_ = 0;
  uint64_t progress_ms_ = 0;  // of the last success, or the start
  uint64_t waited_ms_ = 0;    // for window and back-off, with nothing open

  uint32_t open_ = 0;
  uint32_t last_exchange_ = 0;
  uint64_t last_sent_ms_ = 0;
  bool probing_ = true;        // one request at a time: at first, in a new window, and after a failure
  uint32_t window_first_ = 1;  // exchanges before it were sent in rate windows that are over

  uint32_t failures_ = 0;     // in a row, with no success between
  uint32_t last_failed_ = 0;  // exchanges up to it belong to a failure that was counted
  Failure failure_;           // the last
  uint64_t hold_until_ms_ = 0;
  uint32_t hold_phase_ = ACTION_PHASE_BACK_OFF;
  Failure hold_failure_;
};

}  // namespace skipcall
