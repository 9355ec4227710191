#include "tally.hpp"

#include <initializer_list>

#include "catch.hpp"

namespace skipcall {
namespace {

Tally tally_of(std::initializer_list<Verdict> verdicts) {
  Tally tally;
  for (const Verdict verdict : verdicts) tally.add(verdict);
  return tally;
}

}  // namespace

TEST_CASE("a verdict stops the run as its row says") {
  using enum Verdict;
  CHECK_FALSE(tally_of({confirmed}).stops());
  CHECK_FALSE(tally_of({sequence_gone, sequence_gone, sequence_gone}).stops());
  CHECK_FALSE(tally_of({retry, retry, retry, retry, retry, retry}).stops());
  CHECK_FALSE(tally_of({rate_limited, rate_limited, rate_limited}).stops());
  CHECK_FALSE(tally_of({lost, lost, lost}).stops());
  for (const Verdict verdict : {turned_away, cancelled, unforeseen}) {
    INFO(static_cast<unsigned>(verdict));
    CHECK(tally_of({verdict}).stops());
    CHECK(tally_of({confirmed, verdict}).stops());
    CHECK_FALSE(tally_of({verdict, confirmed}).stops());  // only the last one counts
  }
}

TEST_CASE("two unexpected in a row stop the run, whatever was before, and with another between they do not") {
  using enum Verdict;
  CHECK_FALSE(tally_of({unexpected}).stops());
  CHECK(tally_of({unexpected, unexpected}).stops());
  CHECK(tally_of({confirmed, confirmed, unexpected, unexpected}).stops());
  for (const Verdict verdict : {confirmed, refused, retry, lost}) {
    INFO(static_cast<unsigned>(verdict));
    CHECK_FALSE(tally_of({unexpected, verdict, unexpected}).stops());
  }
}

TEST_CASE("three refused in all stop the run, unless something was confirmed") {
  using enum Verdict;
  CHECK_FALSE(tally_of({refused, refused}).stops());
  CHECK(tally_of({refused, retry, refused, sequence_gone, refused}).stops());
  CHECK_FALSE(tally_of({confirmed, refused, refused, refused, refused}).stops());
}

TEST_CASE("kills are forgiven until there are too many in a row") {
  using enum Verdict;
  Tally tally;
  for (unsigned i = 0; i < kills_forgiven; i++) {
    tally.add(lost);
    CHECK(tally.is_forgiven());
  }
  tally.add(lost);
  CHECK_FALSE(tally.is_forgiven());
  tally.add(retry);
  CHECK_FALSE(tally.is_forgiven());
  tally.add(lost);
  CHECK(tally.is_forgiven());
  for (const Verdict verdict : {confirmed, unexpected, rate_limited, turned_away}) {
    CHECK_FALSE(tally_of({verdict}).is_forgiven());
  }
}

}  // namespace skipcall
