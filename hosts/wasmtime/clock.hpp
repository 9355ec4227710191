// The time a host tells its module: unix time that never runs backwards.
#pragma once
#include <chrono>
#include <cstdint>

namespace skipcall::host {

// Reads the wall clock once and counts on with the monotonic clock, so that a corrected wall clock moves
// nothing.
class Clock {
 public:
  // not_before: where a resumed run's time had come to, in ms.
  explicit Clock(uint64_t not_before = 0);
  uint64_t now_ms() const;

 private:
  uint64_t start_ms_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace skipcall::host
