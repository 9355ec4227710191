#include "cause.hpp"

#include <set>
#include <string>

#include "catch.hpp"

namespace skipcall {

TEST_CASE("each cause has its own name and a message that says what to do") {
  std::set<std::string_view> names;
  for (unsigned i = 1; i < cause_count; i++) {
    const auto cause = static_cast<Cause>(i);
    INFO(cause_name(cause));
    CHECK(names.insert(cause_name(cause)).second);
    CHECK(cause_name(cause).find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK(cause_message(cause).ends_with("."));
  }
  CHECK(cause_name(Cause::none).empty());
  CHECK(cause_name(Cause::internal) == "internal");  // the last: the rows are in the order of the enum
}

TEST_CASE("which causes a later try may fix") {
  const std::set<Cause> retryable = {Cause::rate_limited, Cause::temporarily_unavailable, Cause::network,
                                     Cause::cancelled, Cause::deadline};
  for (unsigned i = 0; i < cause_count; i++) {
    const auto cause = static_cast<Cause>(i);
    INFO(cause_name(cause));
    CHECK(is_retryable(cause) == (retryable.count(cause) == 1));
  }
}

}  // namespace skipcall
