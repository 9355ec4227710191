#include "options.hpp"

#include <string>

#include "catch.hpp"
#include "input.hpp"
#include "sample.hpp"

namespace skipcall {
namespace {

std::string problem_of(const std::string &options, Options &read) {
  Input input;
  read_input(input_of("", options), 0, input);
  read = input.options;
  return std::string(input.problem.view());
}

}  // namespace

TEST_CASE("each number is read at both ends of its range, and refused beyond them") {
  for (const NumberOption &option : number_options) {
    const std::string name = "\"" + std::string(option.name) + "\":";
    INFO(name);
    Options options;
    for (const uint64_t good : {option.at_least, option.at_most}) {
      CHECK(problem_of(name + std::to_string(good), options).empty());
      CHECK(options.*option.member == good);
    }
    const std::string expected = "options: " + std::string(option.name) + " must be a whole number from " +
                                 std::to_string(option.at_least) + " to " + std::to_string(option.at_most) +
                                 ".";
    for (const std::string &bad :
         {std::to_string(int64_t(option.at_least) - 1), std::to_string(option.at_most + 1), std::string("-1"),
          std::string("5.0"), std::string("1e1"), std::string("null"), std::string("true"),
          std::string("\"5\""), std::string("[5]"), std::string("{\"a\":5}"),
          std::string("99999999999999999999")}) {
      INFO(bad);
      CHECK(problem_of(name + bad, options) == expected);
      CHECK(options.*option.member == Options().*option.member);
    }
  }
}

TEST_CASE("leaveRemaining 0 is not the same as no leaveRemaining") {
  Options options;
  CHECK(problem_of("", options).empty());
  CHECK_FALSE(options.has_leave_remaining);
  CHECK(problem_of("\"leaveRemaining\":0", options).empty());
  CHECK(options.has_leave_remaining);
  CHECK(options.leave_remaining == 0);
}

TEST_CASE("onInvalid and dryRun accept only their own values") {
  Options options;
  CHECK(problem_of(R"("onInvalid":"skip","dryRun":true)", options).empty());
  CHECK(options.skip_invalid);
  CHECK(options.dry_run);
  CHECK(problem_of(R"("onInvalid":"fail","dryRun":false)", options).empty());
  CHECK_FALSE(options.skip_invalid);
  CHECK_FALSE(options.dry_run);
  for (const char *bad : {"\"Skip\"", "\"\"", "null", "true", "[\"skip\"]"}) {
    CHECK(problem_of("\"onInvalid\":" + std::string(bad), options) ==
          "options: onInvalid must be \"fail\" or \"skip\".");
  }
  for (const char *bad : {"\"true\"", "1", "null", "{}"}) {
    CHECK(problem_of("\"dryRun\":" + std::string(bad), options) == "options: dryRun must be true or false.");
    CHECK_FALSE(options.dry_run);
  }
}

}  // namespace skipcall
