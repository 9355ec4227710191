// The batches of a run, and the order in which they are sent: each once, then those to be retried, first
// failed first. A batch that fails goes to the end, so that a poisoned one blocks no other. Only one that was
// lost is repeated before the others, once: where a journal lost its end, every batch is lost once, and with no
// response in between that would look like a host that is killed again and again.
#pragma once

#include <cstdint>

#include "removals.hpp"
#include "transitions.hpp"
#include "vec.hpp"

namespace skipcall {

struct Batch {
  uint32_t first;       // in Removals::contacts
  uint32_t sequence;    // in Removals::sequences
  uint32_t next_retry;  // of the queue; a batch is in it at most once
  uint16_t error;       // in the ErrorLog, or ErrorLog::none
  uint8_t contacts;
  uint8_t attempts;  // those that count
  BatchState state;
  bool was_sent;
  bool maybe_applied;  // by one of its tries, beyond what was counted
  bool was_first;      // it was repeated before the fresh ones
};

class Batches {
 public:
  static constexpr uint32_t none = UINT32_MAX;

  // Cuts the grouped contacts into batches of at most `at_most`. False: no memory.
  [[nodiscard]] bool cut(Removals &removals, uint32_t at_most);

  // The batch to send next, or none. A batch that is no longer waiting is skipped.
  uint32_t next();
  // Removes the batch that next() named from the queue.
  void take(uint32_t batch);
  // Puts a batch at the end of its queue.
  void retry(uint32_t index, Retried when);

  Batch &operator[](uint32_t i) { return batches_[i]; }
  const Batch &operator[](uint32_t i) const { return batches_[i]; }
  uint32_t size() const { return static_cast<uint32_t>(batches_.size()); }
  Batch *begin() { return batches_.begin(); }
  Batch *end() { return batches_.end(); }
  const Batch *begin() const { return batches_.begin(); }
  const Batch *end() const { return batches_.end(); }
  void release() { batches_.release(); }

 private:
  struct Queue {
    uint32_t first = none;
    uint32_t last = none;
  };

  // The first batch of a queue that is still waiting, or none.
  uint32_t first_of(Queue &queue);

  Vec<Batch> batches_;
  uint32_t fresh_ = 0;  // the first batch that was never sent
  Queue before_fresh_;
  Queue after_fresh_;
};

}  // namespace skipcall
