#include "target.hpp"

#include <string>

#include "catch.hpp"
#include "failing_memory.hpp"

namespace skipcall {

TEST_CASE("which strings are sequence ids") {
  for (const std::string &good : {std::string("a"), std::string("..."), std::string(". "),
                                  std::string(1024, 'x'), std::string("\0", 1)}) {
    CHECK(is_sequence_id(good));
  }
  for (const std::string &bad :
       {std::string(), std::string("."), std::string(".."), std::string(1025, 'x')}) {
    CHECK_FALSE(is_sequence_id(bad));
  }
}

TEST_CASE("an id becomes one path segment, percent-encoded") {
  const std::pair<std::string, std::string> cases[] = {
      {"AZaz09-._~", "AZaz09-._~"},  {"a/b?c#d%e", "a%2Fb%3Fc%23d%25e"},
      {"../..", "..%2F.."},          {" \\+&=", "%20%5C%2B%26%3D"},
      {"\xc3\xa9\x7f", "%C3%A9%7F"}, {std::string("\0\r\n", 3), "%00%0D%0A"},
  };
  for (const auto &[id, segment] : cases) {
    Text out;
    REQUIRE(append_target(out, id));
    CHECK(out.view() == "/v1/sequences/" + segment + "/contacts");
  }
}

TEST_CASE("a target reports running out of memory") {
  Text out;
  const FailingMemory failing;
  CHECK_FALSE(append_target(out, "a"));
}

}  // namespace skipcall
