#include "clock.hpp"

#include <algorithm>

namespace skipcall::host {
using namespace std::chrono;

Clock::Clock(uint64_t not_before)
    : start_ms_(std::max(not_before,
                         static_cast<uint64_t>(
                             duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()))),
      start_(steady_clock::now()) {}

uint64_t Clock::now_ms() const {
  return start_ms_ + static_cast<uint64_t>(duration_cast<milliseconds>(steady_clock::now() - start_).count());
}

}  // namespace skipcall::host
