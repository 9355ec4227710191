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
                          false,
                          false};
    }
    sequence.batches = made - sequence.first_batch;
  }
  return true;
}

uint32_t Batches::first_of(Queue &queue) {
  while (queue.first != none && batches_[queue.first].state != BatchState::waiting) {
    queue.first = batches_[queue.first].next_retry;
  }
  return queue.first;
}

uint32_t Batches::next() {
  const uint32_t lost = first_of(before_fresh_);
  if (lost != none) return lost;
  while (fresh_ < size() && batches_[fresh_].state != BatchState::waiting) fresh_++;
  return fresh_ < size() ? fresh_ : first_of(after_fresh_);
}

void Batches::take(uint32_t batch) {
  if (batch == fresh_) {
    fresh_++;
  } else {
    Queue &queue = batch == before_fresh_.first ? before_fresh_ : after_fresh_;
    queue.first = batches_[batch].next_retry;
  }
}

void Batches::retry(uint32_t index, Retried when) {
  Batch &batch = batches_[index];
  const bool is_first = when == Retried::before_fresh && !batch.was_first;
  batch.was_first = batch.was_first || is_first;
  batch.next_retry = none;
  Queue &queue = is_first ? before_fresh_ : after_fresh_;
  if (queue.first == none) {
    queue.first = index;
  } else {
    batches_[queue.last].next_retry = index;
  }
  queue.last = index;
}

}  // namespace skipcall
