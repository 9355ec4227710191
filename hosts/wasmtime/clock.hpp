// The time that a host gives its module: unix time that never runs backwards.
#pragma once
#include <chrono>
#include <cstdint>

namespace skipcall::host {

// Reads the wall clock once, then counts with the monotonic clock, so that correcting the wall clock changes
// nothing.
class Clock {
 public:
  // not_before: the time that a resumed run had reached, in ms.
  explicit Clock(uint64_t not_before = 0);
  uint64_t now_ms() const;

 private:
  uint64_t start_ms_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace skipcall::host
