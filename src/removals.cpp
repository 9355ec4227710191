#include "removals.hpp"

#include <bit>

#include "random.hpp"

namespace skipcall {
std::string_view invalid_reason_name(InvalidReason reason) {
  constexpr std::string_view names[] = {"not-a-uuid", "not-text", "empty", "bad-sequence-id"};
  return names[static_cast<unsigned>(reason)];
}

bool Removals::group(uint64_t seed) {
  sequences.release_index();
  const bool done = bring_together() && drop_duplicates(seed);
  segments.release();
  return done;
}

void Removals::clear() {
  contacts.release();
  sequences.clear();
  segments.release();
  invalid_ids.release();
  requested = invalid = duplicates = 0;
}

bool Removals::bring_together() {
  bool together = true;
  for (size_t i = 0; i < segments.size(); i++) {
    together = together && segments[i].sequence != Sequences::none;
    if (i > 0) {
      together = together && segments[i].sequence >= segments[i - 1].sequence &&
                 segments[i].first == segments[i - 1].first + segments[i - 1].contacts;
    }
    if (segments[i].sequence != Sequences::none) {
      sequences[segments[i].sequence].contacts += segments[i].contacts;
    }
  }
  uint32_t first = 0;
  for (Sequence &sequence : sequences) {
    sequence.first = first;
    first += sequence.contacts;
  }
  if (together) return true;

  Vec<ContactId> sorted;
  if (!sorted.resize(first)) return false;
  for (Sequence &sequence : sequences) sequence.contacts = 0;
  for (const Segment &segment : segments) {
    if (segment.sequence == Sequences::none || segment.contacts == 0) continue;
    Sequence &sequence = sequences[segment.sequence];
    std::memcpy(&sorted[sequence.first + sequence.contacts], &contacts[segment.first],
                segment.contacts * sizeof(ContactId));
    sequence.contacts += segment.contacts;
  }
  contacts.swap(sorted);
  return true;
}

bool Removals::drop_duplicates(uint64_t seed) {
  Vec<uint32_t> table;  // open addressing: index of a kept contact + 1, or 0
  if (!table.resize(std::bit_ceil(2 * contacts.size() + 1))) return false;
  const size_t mask = table.size() - 1;
  const uint64_t salt = mix64(seed ^ 0x9e3779b97f4a7c15u);
  uint32_t kept = 0;
  for (size_t s = 0; s < sequences.size(); s++) {
    Sequence &sequence = sequences[s];
    const uint32_t first = kept;
    const uint32_t end = sequence.first + sequence.contacts;
    for (uint32_t i = sequence.first; i < end; i++) {
      const ContactId id = contacts[i];
      size_t at = mix64((id.high ^ salt) * 0x9fb21c651e98df25u + (id.low ^ s)) & mask;
      bool seen = false;
      for (; table[at] != 0 && !seen; at = (at + 1) & mask) {
        const uint32_t other = table[at] - 1;
        seen = other >= first && contacts[other] == id;
      }
      if (seen) continue;
      contacts[kept++] = id;
      table[at] = kept;
    }
    duplicates += sequence.contacts - (kept - first);
    sequence.first = first;
    sequence.contacts = kept - first;
  }
  contacts.truncate(kept);
  return true;
}

}  // namespace skipcall
