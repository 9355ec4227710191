// How often each verdict came, for the rows of the table that count.
#pragma once

#include <cstdint>

#include "transitions.hpp"

namespace skipcall {

class Tally {
 public:
  void add(Verdict verdict) {
    in_a_row_ = verdict == last_ ? in_a_row_ + 1 : 1;
    last_ = verdict;
    of(verdict)++;
  }

  // Both concern the verdict added last.
  bool is_forgiven() const { return in_a_row_ <= transition_of(last_).forgiven; }
  bool stops() const {
    const Transition &row = transition_of(last_);
    switch (row.stops) {
      case Stops::never:
        return false;
      case Stops::at_once:
        return true;
      case Stops::in_a_row:
        return in_a_row_ >= row.stops_after;
      case Stops::without_success:
        return of(last_) >= row.stops_after && of(Verdict::confirmed) == 0;
    }
    return false;
  }

 private:
  uint32_t &of(Verdict verdict) { return in_all_[static_cast<unsigned>(verdict)]; }
  uint32_t of(Verdict verdict) const { return in_all_[static_cast<unsigned>(verdict)]; }

  Verdict last_ = Verdict::confirmed;
  uint32_t in_a_row_ = 0;
  uint32_t in_all_[verdict_count] = {};
};

}  // namespace skipcall
