// Clocks and medians.
#pragma once

#include <time.h>

#include <algorithm>
#include <vector>

namespace skipcall::bench {

inline double read_ms(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// Processor time of this thread, for computations: other programs do not count in it.
inline double cpu_ms() {
  return read_ms(CLOCK_THREAD_CPUTIME_ID);
}

// For waits.
inline double wall_ms() {
  return read_ms(CLOCK_MONOTONIC);
}

// Of at least one sample.
inline double median(std::vector<double> samples) {
  const auto middle = samples.begin() + static_cast<ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return *middle;
}

}  // namespace skipcall::bench
