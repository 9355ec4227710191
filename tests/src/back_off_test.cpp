#include "back_off.hpp"

#include "catch.hpp"

namespace skipcall {

TEST_CASE("the wait doubles from 1 s and ends at 60 s") {
  const uint64_t expected[] = {1000, 2000, 4000, 8000, 16'000, 32'000, 60'000, 60'000};
  for (uint64_t i = 0; i < 8; i++) CHECK(doubled_ms(i + 1) == expected[i]);
  CHECK(doubled_ms(UINT64_MAX) == 60'000);
}

TEST_CASE("a back-off is jittered down to its half, and never below what was asked for") {
  Random random(3);
  uint64_t least = UINT64_MAX, most = 0;
  for (int i = 0; i < 1000; i++) {
    const uint64_t ms = back_off_ms(3, 0, random);
    least = ms < least ? ms : least;
    most = ms > most ? ms : most;
    const uint64_t asked = back_off_ms(3, 30'000, random);
    CHECK((asked >= 30'000 && asked <= 32'000));
    const uint64_t near = back_off_ms(3, 3000, random);
    CHECK((near >= 3000 && near <= 5000));
  }
  CHECK((least >= 2000 && least < 2100));
  CHECK((most <= 4000 && most > 3900));
}

TEST_CASE("the wait after a 429 is what was asked for, at least the doubled one, and a little more") {
  Random random(4);
  for (uint64_t failures = 1; failures < 9; failures++) {
    for (const uint64_t asked : {0u, 500u, 5000u, 3'600'000u}) {
      const uint64_t least = doubled_ms(failures);
      const uint64_t ms = rate_limited_ms(failures, asked, random);
      CHECK(ms >= (asked > least ? asked : least));
      CHECK(ms <= (asked > least ? asked : least) + least / 2);
    }
  }
}

}  // namespace skipcall
