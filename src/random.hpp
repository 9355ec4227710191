// Random: a deterministic sequence from the run's seed (SplitMix64, Steele et al. 2014), for jitter and
// hashing.
#pragma once

#include <cstdint>

namespace skipcall {

// Mixes 64 bits so that each input bit moves about half of the output bits.
constexpr uint64_t mix64(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

class Random {
 public:
  explicit constexpr Random(uint64_t seed) : state_(seed) {}
  constexpr uint64_t next() { return mix64(state_ += 0x9e3779b97f4a7c15u); }
  // A number from 0 to bound - 1; 0 for bound 0. The bias of the modulo is far too small to matter for
  // jitter.
  constexpr uint64_t below(uint64_t bound) { return bound == 0 ? 0 : next() % bound; }

 private:
  uint64_t state_;
};

}  // namespace skipcall
