#include "batches.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "error_log.hpp"
#include "failing_memory.hpp"

namespace skipcall {
namespace {

// A sequence for each number of contacts.
void fill(Removals &removals, const std::vector<uint32_t> &sizes) {
  uint64_t id = 0;
  for (const uint32_t size : sizes) {
    const uint32_t sequence = removals.sequences.find_or_add(std::to_string(removals.sequences.size()));
    REQUIRE(removals.segments.push({sequence, static_cast<uint32_t>(removals.contacts.size()), size}));
    for (uint32_t i = 0; i < size; i++) REQUIRE(removals.contacts.push({id++, 0}));
  }
  REQUIRE(removals.group(0));
}

uint32_t take_next(Batches &batches) {
  const uint32_t batch = batches.next();
  if (batch == Batches::none) return batch;
  batches.take(batch);
  batches[batch].state = BatchState::open;
  return batch;
}

void put_back(Batches &batches, uint32_t batch, Retried when) {
  batches[batch].state = BatchState::waiting;
  batches.retry(batch, when);
}

}  // namespace

TEST_CASE("contacts are cut into as few batches as their sequences allow") {
  Removals removals;
  fill(removals, {100, 0, 101, 1, 250});
  Batches batches;
  REQUIRE(batches.cut(removals, 100));
  const std::vector<uint32_t> sizes = {100, 100, 1, 1, 100, 100, 50};
  const std::vector<uint32_t> sequences = {0, 2, 2, 3, 4, 4, 4};
  REQUIRE(batches.size() == sizes.size());
  uint32_t first = 0;
  for (uint32_t i = 0; i < batches.size(); i++) {
    CHECK(batches[i].first == first);
    CHECK(batches[i].contacts == sizes[i]);
    CHECK(batches[i].sequence == sequences[i]);
    CHECK(batches[i].state == BatchState::waiting);
    CHECK(batches[i].error == ErrorLog::none);
    first += sizes[i];
  }
  CHECK(removals.sequences[1].batches == 0);
  CHECK(removals.sequences[4].first_batch == 4);
  CHECK(removals.sequences[4].batches == 3);
}

TEST_CASE("each batch is sent once, then the failed ones, first failed first") {
  Removals removals;
  fill(removals, {4});
  Batches batches;
  REQUIRE(batches.cut(removals, 1));
  const auto take = [&batches] { return take_next(batches); };
  const auto fail = [&batches](uint32_t batch) { put_back(batches, batch, Retried::after_fresh); };
  CHECK(take() == 0);
  CHECK(take() == 1);
  fail(1);
  fail(0);
  CHECK(take() == 2);
  batches[3].state = BatchState::refused;  // with its sequence: skipped
  CHECK(take() == 1);
  fail(1);
  CHECK(take() == 0);
  CHECK(take() == 1);
  CHECK(take() == Batches::none);
  fail(2);  // the queue was empty
  fail(0);
  batches[2].state = BatchState::refused;
  CHECK(take() == 0);
  CHECK(take() == Batches::none);
}

TEST_CASE("a lost batch is repeated before the fresh ones, once") {
  Removals removals;
  fill(removals, {5});
  Batches batches;
  REQUIRE(batches.cut(removals, 1));
  const auto take = [&batches] { return take_next(batches); };
  CHECK(take() == 0);
  CHECK(take() == 1);
  CHECK(take() == 2);
  put_back(batches, 1, Retried::before_fresh);
  put_back(batches, 2, Retried::after_fresh);
  put_back(batches, 0, Retried::before_fresh);
  CHECK(take() == 1);
  put_back(batches, 1, Retried::before_fresh);  // again: a poisoned one blocks no other
  CHECK(take() == 0);
  CHECK(take() == 3);
  put_back(batches, 3, Retried::before_fresh);
  put_back(batches, 0, Retried::before_fresh);
  batches[3].state = BatchState::refused;  // with its sequence: skipped
  CHECK(take() == 4);
  CHECK(take() == 2);
  CHECK(take() == 1);
  CHECK(take() == 0);
  CHECK(take() == Batches::none);
}

TEST_CASE("no batches without memory") {
  Removals removals;
  fill(removals, {4});
  Batches batches;
  const FailingMemory failing;
  CHECK_FALSE(batches.cut(removals, 1));
}

}  // namespace skipcall
