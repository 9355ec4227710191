#include "sequences.hpp"

#include <string>

#include "catch.hpp"
#include "failing_memory.hpp"

namespace skipcall {

TEST_CASE("a sequence is found again by its id, among thousands") {
  Sequences sequences;
  for (int round = 0; round < 3; round++) {
    for (uint32_t i = 0; i < 5000; i++) CHECK(sequences.find_or_add("s" + std::to_string(i)) == i);
    sequences.release_index();
  }
  CHECK(sequences.size() == 5000);
  CHECK(sequences.name_of(sequences[4999]) == "s4999");
  CHECK(sequences.find_or_add("t") == 5000);
}

TEST_CASE("what was never added is not found, and finding adds nothing") {
  Sequences sequences;
  CHECK(sequences.find("a") == Sequences::none);
  for (uint32_t i = 0; i < 100; i++) sequences.find_or_add("s" + std::to_string(i));
  CHECK(sequences.find("s7") == 7);
  CHECK(sequences.find("s99") == 99);
  CHECK(sequences.find("s100") == Sequences::none);
  CHECK(sequences.find("s") == Sequences::none);
  CHECK(sequences.size() == 100);
}

TEST_CASE("ids that begin alike are different sequences") {
  Sequences sequences;
  for (const char *id : {"a", "aa", "A", "a "}) sequences.find_or_add(id);
  CHECK(sequences.size() == 4);
  CHECK(sequences.name_bytes() == 6);
  CHECK(sequences.find_or_add("aa") == 1);
}

TEST_CASE("a sequence for which there is no memory is not added") {
  Sequences sequences;
  {
    const FailingMemory failing;
    CHECK(sequences.find_or_add("a") == Sequences::none);
  }
  CHECK(sequences.empty());
  CHECK(sequences.find_or_add("b") == 0);
  sequences.clear();
  CHECK(sequences.empty());
  CHECK(sequences.find_or_add("a") == 0);
}

}  // namespace skipcall
