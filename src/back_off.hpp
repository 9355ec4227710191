// How long to wait after failures in a row: exponential back-off with jitter.
#pragma once

#include <cstdint>

#include "random.hpp"

namespace skipcall {

inline constexpr uint64_t back_off_first_ms = 1000;
inline constexpr uint64_t back_off_at_most_ms = 60'000;
// Including jitter, if the server did not ask for more.
inline constexpr uint64_t longest_back_off_ms = back_off_at_most_ms + back_off_at_most_ms / 2;

// 1 s, doubled with each further failure in a row. `failures`: 1 or more.
constexpr uint64_t doubled_ms(uint64_t failures) {
  uint64_t ms = back_off_first_ms;
  for (uint64_t i = 1; i < failures && ms < back_off_at_most_ms; i++) ms *= 2;
  return ms < back_off_at_most_ms ? ms : back_off_at_most_ms;
}

// The wait after the n-th failure in a row: from half of doubled_ms to all of it, and never less than the
// server asked for.
inline uint64_t back_off_ms(uint64_t failures, uint64_t asked_ms, Random &random) {
  const uint64_t ms = doubled_ms(failures);
  const uint64_t jittered = ms / 2 + random.below(ms / 2 + 1);
  return jittered > asked_ms ? jittered : asked_ms + random.below(ms / 2 + 1);
}

// The wait after the n-th 429 in a row: what the API asked for, at least doubled_ms, and a little more, so
// that several workers do not all return at once.
inline uint64_t rate_limited_ms(uint64_t failures, uint64_t asked_ms, Random &random) {
  const uint64_t least = doubled_ms(failures);
  return (asked_ms > least ? asked_ms : least) + random.below(least / 2 + 1);
}

}  // namespace skipcall
