#include "removals.hpp"

#include <bit>

#include "random.hpp"

namespace skipcall {
namespace {

uint64_t hash_name(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return mix64(hash);
}

}  // namespace

std::string_view invalid_reason_name(InvalidReason reason) {
  constexpr std::string_view names[] = {"not-a-uuid", "not-text", "empty", "bad-sequence-id"};
  return names[static_cast<unsigned>(reason)];
}

uint32_t Removals::sequence_of(std::string_view id) {
  // Sheets are often sorted by sequence: most ids are the one before.
  if (!sequences.empty() && name_of(sequences.back()) == id)
    return static_cast<uint32_t>(sequences.size()) - 1;
  if (index_.size() < 2 * (sequences.size() + 1) && !grow_index()) return Segment::no_sequence;
  const size_t mask = index_.size() - 1;
  size_t at = hash_name(id) & mask;
  for (; index_[at] != 0; at = (at + 1) & mask) {
    if (name_of(sequences[index_[at] - 1]) == id) return index_[at] - 1;
  }
  const Sequence added{static_cast<uint32_t>(names.size()), static_cast<uint32_t>(id.size()), 0, 0, 0, 0, 0};
  if (!names.append(id) || !sequences.push(added)) return Segment::no_sequence;
  index_[at] = static_cast<uint32_t>(sequences.size());
  return index_[at] - 1;
}

bool Removals::grow_index() {
  Vec<uint32_t> larger;
  if (!larger.resize(index_.empty() ? 16 : index_.size() * 2)) return false;
  const size_t mask = larger.size() - 1;
  for (size_t i = 0; i < sequences.size(); i++) {
    size_t at = hash_name(name_of(sequences[i])) & mask;
    while (larger[at] != 0) at = (at + 1) & mask;
    larger[at] = static_cast<uint32_t>(i) + 1;
  }
  index_.swap(larger);
  return true;
}

bool Removals::group(uint64_t seed) {
  index_.release();
  const bool done = bring_together() && drop_duplicates(seed);
  segments.release();
  return done;
}

bool Removals::bring_together() {
  bool together = true;
  for (size_t i = 0; i < segments.size(); i++) {
    together = together && segments[i].sequence != Segment::no_sequence;
    if (i > 0) {
      together = together && segments[i].sequence >= segments[i - 1].sequence &&
                 segments[i].first == segments[i - 1].first + segments[i - 1].contacts;
    }
    if (segments[i].sequence != Segment::no_sequence) {
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
    if (segment.sequence == Segment::no_sequence || segment.contacts == 0) continue;
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
