// The dice of a simulation: everything random in it comes from one seed.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sandbox/uuid.hpp"

namespace skipcall::simulation {

class Chance {
 public:
  explicit Chance(uint64_t seed) : random_(seed) {}

  uint64_t next() { return random_.next(); }
  // From low to high, both included.
  uint64_t between(uint64_t low, uint64_t high) { return low + random_.next() % (high - low + 1); }
  // The same, with small numbers as likely as large ones: as many from 1 to 10 as from 10 to 100. low: 1 or
  // more.
  uint64_t spread(uint64_t low, uint64_t high) {
    const double ratio = std::log(static_cast<double>(high + 1) / static_cast<double>(low));
    const auto value = static_cast<uint64_t>(static_cast<double>(low) * std::exp(unit() * ratio));
    return value > high ? high : value;
  }
  bool one_in(uint64_t n) { return random_.next() % n == 0; }
  bool with(double probability) { return unit() < probability; }
  template <class T>
  const T &pick(const std::vector<T> &from) {
    return from[static_cast<size_t>(random_.next() % from.size())];
  }

 private:
  double unit() { return static_cast<double>(random_.next() >> 11) * 0x1p-53; }

  sandbox::Random random_;
};

}  // namespace skipcall::simulation
