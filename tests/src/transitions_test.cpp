#include "transitions.hpp"

#include <map>

#include "catch.hpp"

namespace skipcall {

TEST_CASE("the rows are in the order of the verdicts") {
  unsigned i = 0;
  for (const Transition &row : transitions) CHECK(static_cast<unsigned>(row.verdict) == i++);
  CHECK(i == verdict_count);
  CHECK(i == static_cast<unsigned>(Verdict::lost) + 1);
}

TEST_CASE("the meaning of every status") {
  std::map<uint32_t, Verdict> expected;
  for (const uint32_t status : {200u, 201u, 203u, 204u}) expected[status] = Verdict::confirmed;
  for (uint32_t status = 205; status < 300; status++) expected[status] = Verdict::unexpected;
  expected[202] = Verdict::unexpected;
  for (uint32_t status = 300; status < 400; status++) expected[status] = Verdict::unexpected;
  for (const uint32_t status : {400u, 409u, 413u, 422u}) expected[status] = Verdict::refused;
  for (const uint32_t status : {401u, 402u, 403u, 407u, 451u}) expected[status] = Verdict::turned_away;
  expected[404] = Verdict::sequence_gone;
  expected[429] = Verdict::rate_limited;
  for (const uint32_t status : {408u, 425u, 500u, 502u, 503u, 504u, 520u, 521u, 522u, 523u, 524u}) {
    expected[status] = Verdict::retry;
  }
  for (uint32_t status = 200; status < 600; status++) {
    INFO(status);
    const auto row = expected.find(status);
    CHECK(row_of_status(status).verdict == (row == expected.end() ? Verdict::unforeseen : row->second));
  }
}

TEST_CASE("the meaning of a missing response") {
  const std::pair<uint32_t, Verdict> expected[] = {
      {ACTION_HTTP_OK, Verdict::retry},
      {ACTION_HTTP_OTHER, Verdict::retry},
      {ACTION_HTTP_DNS, Verdict::retry},
      {ACTION_HTTP_CONNECT, Verdict::retry},
      {ACTION_HTTP_TLS, Verdict::turned_away},
      {ACTION_HTTP_TIMEOUT, Verdict::retry},
      {ACTION_HTTP_RESET, Verdict::retry},
      {ACTION_HTTP_PROTOCOL, Verdict::retry},
      {ACTION_HTTP_TOO_LARGE, Verdict::unexpected},
      {ACTION_HTTP_DENIED, Verdict::turned_away},
      {ACTION_HTTP_NO_CREDENTIAL, Verdict::turned_away},
      {ACTION_HTTP_CANCELLED, Verdict::cancelled},
      {ACTION_HTTP_REDIRECT, Verdict::unexpected},
      {13, Verdict::retry},
      {UINT32_MAX, Verdict::retry},
  };
  for (const auto &[error, verdict] : expected) {
    INFO(error);
    CHECK(row_of_network_error(error).verdict == verdict);
  }
  CHECK(row_of_network_error(ACTION_HTTP_REDIRECT).code == "REDIRECT");
  CHECK(row_of_network_error(99).code == "OTHER");
}

TEST_CASE("what may have been applied is never unsent") {
  for (const Transition &row : transitions) CHECK(row.maybe_applied != BatchState::unsent);
}

TEST_CASE("a failure is retried, and nothing else is") {
  for (const Transition &row : transitions) {
    INFO(static_cast<unsigned>(row.verdict));
    const bool is_retried = row.retried != Retried::never;
    CHECK(is_retried == (row.pacing == Pacing::back_off || row.pacing == Pacing::rate_limit));
    CHECK((row.stops_after > 0) == (row.stops == Stops::in_a_row || row.stops == Stops::without_success));
    CHECK((row.forgiven == 0 || is_retried));
    CHECK((row.retried == Retried::before_fresh) == (row.verdict == Verdict::lost));
  }
}

}  // namespace skipcall
