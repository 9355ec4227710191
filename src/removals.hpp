// What is to be removed from where: contacts grouped by sequence, each once, 16 bytes an id.
#pragma once

#include <string_view>

#include "contact_id.hpp"
#include "text.hpp"

namespace skipcall {

enum class InvalidReason : uint8_t { not_a_uuid, not_text, empty, bad_sequence_id };
std::string_view invalid_reason_name(InvalidReason reason);

// A bad id by its place in the input. Values are never kept: they may be anything, a key even.
struct InvalidId {
  static constexpr uint32_t sequence_id = UINT32_MAX;
  uint32_t removal;   // index in the input
  uint32_t contact;   // index in its contactIds, or sequence_id
  uint32_t contacts;  // with sequence_id: how many good ids that makes invalid
  InvalidReason reason;
};

struct Sequence {
  uint32_t name_offset, name_length;  // in Removals::names
  uint32_t first, contacts;           // in Removals::contacts, once grouped
  uint32_t first_batch, batches;      // in the run's batches
  uint32_t removed;                   // the sum of the API's counts
  uint16_t gone_error = UINT16_MAX;  // in the ErrorLog, of the answer that ended it; ErrorLog::none: none did
};

// A run of contacts as the input has them, all of one sequence.
struct Segment {
  static constexpr uint32_t no_sequence = UINT32_MAX;  // its id is invalid: the contacts are dropped
  uint32_t sequence;
  uint32_t first, contacts;
};

class Removals {
 public:
  // The sequence of this id, a new one where there is none yet. no_sequence: no memory.
  uint32_t sequence_of(std::string_view id);
  std::string_view name_of(const Sequence &sequence) const {
    return names.view().substr(sequence.name_offset, sequence.name_length);
  }

  // Brings the contacts of each sequence together, in the order of their first appearance, drops those that
  // stand twice in one sequence and those of no_sequence. `seed` mixes the hash, so that no input can be made
  // for collisions. False: no memory.
  [[nodiscard]] bool group(uint64_t seed);

  Vec<ContactId> contacts;
  Vec<Sequence> sequences;
  Vec<Segment> segments;  // empty once grouped
  Vec<InvalidId> invalid_ids;
  Text names;
  uint32_t requested = 0;  // ids in the input
  uint32_t invalid = 0;    // bad ones among them, and those of a bad sequence id
  uint32_t duplicates = 0;

 private:
  [[nodiscard]] bool grow_index();
  [[nodiscard]] bool bring_together();
  [[nodiscard]] bool drop_duplicates(uint64_t seed);

  Vec<uint32_t> index_;  // open addressing: sequence + 1, or 0
};

}  // namespace skipcall
