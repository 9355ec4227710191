// A fixed rate window: a number of requests until it ends, then a new one.
#pragma once

#include <cstdint>

#include "sandbox/switches.hpp"

namespace skipcall::sandbox {

class RateWindow {
 public:
  // Counts a request made at now_ms. A window that has ended is replaced first. Result: false if the limit is
  // reached; such a request is not counted. `length_ms` and `start` apply when a window begins.
  bool take(uint64_t now_ms, uint32_t limit, uint64_t length_ms, WindowStart start);

  // Requests left of the limit given to the last take().
  uint32_t remaining() const { return limit_ > used_ ? limit_ - used_ : 0; }
  uint32_t limit() const { return limit_; }
  // The first millisecond after the window; 0 before the first request.
  uint64_t end_ms() const { return end_ms_; }

 private:
  uint32_t used_ = 0;
  uint32_t limit_ = 0;
  uint64_t end_ms_ = 0;
};

}  // namespace skipcall::sandbox
