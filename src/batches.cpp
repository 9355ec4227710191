#include "batches.hpp"

#include "error_log.hpp"

namespace skipcall {

bool Batches::cut(Removals &removals, uint32_t at_most) {
  size_t count = 0;
  for (const Sequence &sequence : removals.sequences) count += (sequence.contacts + at_most - 1) / at_most;
  if (!batches_.resize(count)) return false;
  uint32_t made = 0;
  for (size_t s = 0; s < removals.sequences.size(); s++) {
    Sequence &sequence = removals.sequences[s];
    sequence.first_batch = made;
    for (uint32_t done = 0; done < sequence.contacts; done += at_most) {
      const uint32_t left = sequence.contacts - done;
      const auto contacts = static_cast<uint8_t>(left < at_most ? left : at_most);
      batches_[made++] = {sequence.first + done,
                          static_cast<uint32_t>(s),
                          none,
                          ErrorLog::none,
                          contacts,
                          0,
                          BatchState::waiting,
                          false,
                          false};
    }
    sequence.batches = made - sequence.first_batch;
  }
  return true;
}

uint32_t Batches::next() {
  while (fresh_ < size() && batches_[fresh_].state != BatchState::waiting) fresh_++;
  if (fresh_ < size()) return fresh_;
  while (first_retry_ != none && batches_[first_retry_].state != BatchState::waiting) {
    first_retry_ = batches_[first_retry_].next_retry;
  }
  return first_retry_;
}

void Batches::take(uint32_t batch) {
  if (batch == fresh_) {
    fresh_++;
  } else if (batch == first_retry_) {
    first_retry_ = batches_[batch].next_retry;
  }
}

void Batches::retry(uint32_t batch) {
  batches_[batch].next_retry = none;
  if (first_retry_ == none) {
    first_retry_ = batch;
  } else {
    batches_[last_retry_].next_retry = batch;
  }
  last_retry_ = batch;
}

}  // namespace skipcall
