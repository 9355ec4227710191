#include "random.hpp"

#include "catch.hpp"

namespace skipcall {

// The reference: SplitMix64 of the Java library, as published by its authors.
TEST_CASE("the sequence is SplitMix64's, so that equal seeds give equal runs on each platform") {
  Random random(1234567);
  for (const uint64_t expected : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u}) {
    CHECK(random.next() == expected);
  }
}

TEST_CASE("below stays below") {
  Random random(0);
  CHECK(random.below(0) == 0);
  CHECK(random.below(1) == 0);
  for (int i = 0; i < 1000; i++) CHECK(random.below(7) < 7);
}

}  // namespace skipcall
