#include "sequences.hpp"

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

// Where the index has the sequence with this id, or room for it.
size_t Sequences::place_of(std::string_view id) const {
  const size_t mask = index_.size() - 1;
  size_t at = hash_name(id) & mask;
  while (index_[at] != 0 && name_of(sequences_[index_[at] - 1]) != id) at = (at + 1) & mask;
  return at;
}

uint32_t Sequences::find(std::string_view id) const {
  // Sheets are often sorted by sequence: most ids equal the previous one.
  if (!sequences_.empty() && name_of(sequences_[size() - 1]) == id) {
    return static_cast<uint32_t>(size()) - 1;
  }
  if (index_.empty()) return none;
  const uint32_t found = index_[place_of(id)];
  return found != 0 ? found - 1 : none;
}

uint32_t Sequences::find_or_add(std::string_view id) {
  if (!sequences_.empty() && name_of(sequences_.back()) == id) return static_cast<uint32_t>(size()) - 1;
  if (index_.size() < 2 * (size() + 1) && !grow_index()) return none;
  const size_t at = place_of(id);
  if (index_[at] != 0) return index_[at] - 1;
  const Sequence added{static_cast<uint32_t>(names_.size()), static_cast<uint32_t>(id.size()), 0, 0, 0, 0, 0};
  if (!names_.append(id) || !sequences_.push(added)) return none;
  index_[at] = static_cast<uint32_t>(size());
  return index_[at] - 1;
}

bool Sequences::grow_index() {
  Vec<uint32_t> larger;
  if (!larger.resize(std::bit_ceil(4 * size() + 16))) return false;
  const size_t mask = larger.size() - 1;
  for (size_t i = 0; i < size(); i++) {
    size_t at = hash_name(name_of(sequences_[i])) & mask;
    while (larger[at] != 0) at = (at + 1) & mask;
    larger[at] = static_cast<uint32_t>(i) + 1;
  }
  index_.swap(larger);
  return true;
}

void Sequences::clear() {
  sequences_.release();
  names_.release();
  index_.release();
}

}  // namespace skipcall
