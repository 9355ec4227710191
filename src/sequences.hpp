// The sequences of an input, each once, by number and by id.
#pragma once

#include <cstdint>
#include <string_view>

#include "text.hpp"
#include "vec.hpp"

namespace skipcall {

struct Sequence {
  uint32_t name_offset, name_length;  // of its id, see Sequences::name_of
  uint32_t first, contacts;           // in Removals::contacts, once grouped
  uint32_t first_batch, batches;      // in the run's batches
  uint32_t removed;                   // the sum of the API's counts
  uint16_t gone_error =
      UINT16_MAX;  // in the ErrorLog, of the response that ended it; ErrorLog::none: none did
};

class Sequences {
 public:
  static constexpr uint32_t none = UINT32_MAX;

  // The number of the sequence with this id, a new one if there is none yet. none: no memory.
  uint32_t find_or_add(std::string_view id);
  // The number of the sequence with this id, or none.
  uint32_t find(std::string_view id) const;
  // Frees the memory that only find_or_add needs; it still works afterwards.
  void release_index() { index_.release(); }
  // Forgets everything and frees the memory.
  void clear();

  std::string_view name_of(const Sequence &sequence) const {
    return names_.view().substr(sequence.name_offset, sequence.name_length);
  }
  size_t name_bytes() const { return names_.size(); }

  Sequence &operator[](size_t i) { return sequences_[i]; }
  const Sequence &operator[](size_t i) const { return sequences_[i]; }
  size_t size() const { return sequences_.size(); }
  bool empty() const { return sequences_.empty(); }
  Sequence *begin() { return sequences_.begin(); }
  Sequence *end() { return sequences_.end(); }
  const Sequence *begin() const { return sequences_.begin(); }
  const Sequence *end() const { return sequences_.end(); }

 private:
  [[nodiscard]] bool grow_index();
  size_t place_of(std::string_view id) const;

  Vec<Sequence> sequences_;
  Text names_;
  Vec<uint32_t> index_;  // open addressing: sequence + 1, or 0
};

}  // namespace skipcall
