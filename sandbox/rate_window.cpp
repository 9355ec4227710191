#include "sandbox/rate_window.hpp"

namespace skipcall::sandbox {

bool RateWindow::take(uint64_t now_ms, uint32_t limit, uint64_t length_ms, WindowStart start) {
  if (now_ms >= end_ms_) {
    const uint64_t begin = start == WindowStart::clock ? now_ms - now_ms % length_ms : now_ms;
    end_ms_ = begin + length_ms;
    used_ = 0;
  }
  limit_ = limit;
  if (used_ >= limit) return false;
  ++used_;
  return true;
}

}  // namespace skipcall::sandbox
