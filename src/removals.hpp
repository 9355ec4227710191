// What is to be removed from where: contacts grouped by sequence, each once, 16 bytes per id.
#pragma once

#include <string_view>

#include "contact_id.hpp"
#include "sequences.hpp"

namespace skipcall {

enum class InvalidReason : uint8_t { not_a_uuid, not_text, empty, bad_sequence_id };
std::string_view invalid_reason_name(InvalidReason reason);

// A bad id by its place in the input. Values are never kept: they may be anything, even a key.
struct InvalidId {
  static constexpr uint32_t sequence_id = UINT32_MAX;
  uint32_t removal;   // index in the input
  uint32_t contact;   // index in its contactIds, or sequence_id
  uint32_t contacts;  // with sequence_id: how many good ids that makes invalid
  InvalidReason reason;
};

// Consecutive contacts of the input, all of one sequence.
struct Segment {
  uint32_t sequence;  // Sequences::none: its id is invalid, the contacts are dropped
  uint32_t first, contacts;
};

class Removals {
 public:
  // Brings the contacts of each sequence together, in the order of their first appearance, and drops those
  // that appear twice in one sequence and those without one. `seed` mixes the hash, so that no input can be
  // crafted for collisions. False: no memory.
  [[nodiscard]] bool group(uint64_t seed);

  // Forgets everything and frees the memory.
  void clear();

  Vec<ContactId> contacts;
  Sequences sequences;
  Vec<Segment> segments;  // empty once grouped
  Vec<InvalidId> invalid_ids;
  uint32_t requested = 0;  // ids in the input
  uint32_t invalid = 0;    // bad ones among them, and those of a bad sequence id
  uint32_t duplicates = 0;

 private:
  [[nodiscard]] bool bring_together();
  [[nodiscard]] bool drop_duplicates(uint64_t seed);
};

}  // namespace skipcall
