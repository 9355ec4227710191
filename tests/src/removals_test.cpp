#include "removals.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "random.hpp"

namespace skipcall {
namespace {

void add(Removals &removals, uint32_t sequence, const std::vector<uint64_t> &ids) {
  const Segment segment{sequence, static_cast<uint32_t>(removals.contacts.size()),
                        static_cast<uint32_t>(ids.size())};
  for (const uint64_t id : ids) REQUIRE(removals.contacts.push({id, 0}));
  REQUIRE(removals.segments.push(segment));
}

std::vector<uint64_t> ids_of(const Removals &removals, const Sequence &sequence) {
  std::vector<uint64_t> ids;
  for (uint32_t i = 0; i < sequence.contacts; i++) ids.push_back(removals.contacts[sequence.first + i].high);
  return ids;
}

}  // namespace

TEST_CASE("groups of one sequence are merged, in the order of first appearance") {
  Removals removals;
  const uint32_t a = removals.sequences.find_or_add("a"), b = removals.sequences.find_or_add("b");
  add(removals, a, {1, 2});
  add(removals, b, {3, 1});
  add(removals, Sequences::none, {9, 9});
  add(removals, a, {2, 4, 1});
  REQUIRE(removals.group(5));
  CHECK(ids_of(removals, removals.sequences[a]) == std::vector<uint64_t>{1, 2, 4});
  CHECK(ids_of(removals, removals.sequences[b]) == std::vector<uint64_t>{3, 1});
  CHECK(removals.duplicates == 2);
  CHECK(removals.contacts.size() == 5);
  CHECK(removals.segments.empty());
}

TEST_CASE("grouping has the same result as the obvious way") {
  Random random(11);
  for (int round = 0; round < 300; round++) {
    Removals removals;
    std::map<uint32_t, std::vector<uint64_t>> expected;
    uint32_t duplicates = 0;
    const uint64_t segments = random.below(8);
    for (uint64_t s = 0; s < segments; s++) {
      const bool dropped = random.below(6) == 0;
      const uint32_t sequence =
          dropped ? Sequences::none
                  : removals.sequences.find_or_add(std::string(1, static_cast<char>('a' + random.below(4))));
      std::vector<uint64_t> ids(random.below(12));
      for (uint64_t &id : ids) id = random.below(20);
      if (!ids.empty()) add(removals, sequence, ids);
      if (dropped) continue;
      std::vector<uint64_t> &kept = expected[sequence];
      for (const uint64_t id : ids) {
        if (std::find(kept.begin(), kept.end(), id) == kept.end()) {
          kept.push_back(id);
        } else {
          duplicates++;
        }
      }
    }
    REQUIRE(removals.group(random.next()));
    CHECK(removals.duplicates == duplicates);
    size_t contacts = 0;
    for (uint32_t i = 0; i < removals.sequences.size(); i++) {
      CHECK(ids_of(removals, removals.sequences[i]) == expected[i]);
      contacts += removals.sequences[i].contacts;
    }
    CHECK(removals.contacts.size() == contacts);
  }
}

TEST_CASE("an input crafted for collisions without the seed takes no longer") {
  Removals removals;
  std::vector<uint64_t> ids;
  for (uint64_t i = 0; i < 200'000; i++) ids.push_back(i << 40);
  add(removals, removals.sequences.find_or_add("a"), ids);
  REQUIRE(removals.group(1));
  CHECK(removals.contacts.size() == ids.size());
}

TEST_CASE("each reason has a name") {
  CHECK(invalid_reason_name(InvalidReason::not_a_uuid) == "not-a-uuid");
  CHECK(invalid_reason_name(InvalidReason::not_text) == "not-text");
  CHECK(invalid_reason_name(InvalidReason::empty) == "empty");
  CHECK(invalid_reason_name(InvalidReason::bad_sequence_id) == "bad-sequence-id");
}

}  // namespace skipcall
