// The API's rate window as the responses' headers show it, and how many requests it lets be open.
#pragma once

#include <cstdint>
#include <optional>

#include "http_headers.hpp"
#include "options.hpp"
#include "random.hpp"

namespace skipcall {

class RateWindow {
 public:
  RateWindow(const Options &options, uint64_t seed);

  // Records the headers of a response that came at `now_ms`. `open`: requests still open, without that one.
  void observe(const ResponseHeaders &headers, uint64_t now_ms, uint32_t open);
  // Forgets a window whose reset has passed. True: it did, and the next request has to learn the new one.
  bool advance(uint64_t now_ms);
  // Whether one more request may be opened beside `open` ones.
  bool allows(uint32_t open) const { return !known_ || budget_ > static_cast<int64_t>(open); }
  // When the present window ends, in the host's time; jittered, so that several workers do not all start at
  // once.
  uint64_t reset_ms() const;
  // How long a 429 asks to wait: Retry-After, else the reset, else a whole window; from `now_ms`.
  uint64_t wait_after_429(const ResponseHeaders &headers, uint64_t now_ms) const;
  // Only Retry-After, from `now_ms`; nothing if it is missing, or too far ahead to be plausible.
  std::optional<uint64_t> retry_after(const ResponseHeaders &headers, uint64_t now_ms) const;

  // For the result.
  bool has_limit() const { return has_limit_; }
  bool has_remaining() const { return known_; }
  bool has_reset() const { return known_ && has_reset_; }
  uint64_t limit() const { return limit_; }
  uint64_t remaining() const { return lowest_ < 0 ? 0 : static_cast<uint64_t>(lowest_); }
  uint64_t unjittered_reset_ms() const;

 private:
  // A reset in the server's time (from a unix time), or in the host's (from a delta).
  struct Reset {
    bool valid;
    bool is_server_time;
    int64_t ms;
  };

  Reset read_reset(const ResponseHeaders &headers, uint64_t now_ms) const;
  int64_t to_host_time(const Reset &reset) const;
  void start_window(const Reset &reset, uint64_t now_ms, int64_t remaining);
  // A response without a usable count: it still uses up one request of the window.
  void spend();
  void update_budget(uint32_t open);

  bool given_leave_;
  int64_t leave_;
  Random random_;

  bool has_offset_ = false;
  int64_t offset_ms_ = 0;  // server's clock minus the host's; a lower bound that gets better with each Date
  bool has_limit_ = false;
  uint64_t limit_ = 0;

  bool known_ = false;  // a Remaining of this window was seen
  bool has_reset_ = false;
  Reset reset_{};
  uint64_t jitter_ms_ = 0;
  uint64_t assumed_end_ms_ = 0;  // for a window without a reset
  int64_t first_ = 0;            // Remaining of the window's first response, and what start_window() adds
  int64_t lowest_ = 0;           // lowest Remaining since
  int64_t answered_ = 0;         // own requests answered after the first
  int64_t most_open_ = 0;        // own requests at once
  int64_t budget_ = 0;           // requests that may be open at once until the next response
};

}  // namespace skipcall
