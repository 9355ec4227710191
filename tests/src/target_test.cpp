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

// Hosts refuse a target with a dot segment in any spelling (abi/ABI.md, duty 9), and that would end the whole run.
TEST_CASE("an id that hosts would refuse to send is no sequence id") {
  for (const std::string &bad : {"a/../b", "a/..", "../a", "./a", "a\\..", "a/.;x/b", "..;x", "%2e", "%2E%2e",
                                 "a%2f..", "a%5C.", "%252e", "%%32%65", "a/%2e%2e%3bx"}) {
    INFO(bad);
    CHECK_FALSE(is_sequence_id(bad));
  }
  for (const std::string &good :
       {"a/b", "a..b", "a/..b", "a/b../c", ".a", "a.", "50%", "%2", "%zz", "a;..", "a//b", "v1.2", "%61"}) {
    INFO(good);
    CHECK(is_sequence_id(good));
  }
}

// It would be in the address, and so in the logs of servers.
TEST_CASE("an API key is no sequence id") {
  CHECK_FALSE(is_sequence_id("sk_live_0123456789abcdef"));
  CHECK_FALSE(is_sequence_id("Bearer sk_test_0123456789abcdef"));
  CHECK(is_sequence_id("sk_lives"));
}

TEST_CASE("an id becomes one path segment, percent-encoded") {
  const std::pair<std::string, std::string> cases[] = {
      {"AZaz09-._~", "AZaz09-._~"},  {"a/b?c#d%e", "a%2Fb%3Fc%23d%25e"},
      {"a/..b", "a%2F..b"},          {" \\+&=", "%20%5C%2B%26%3D"},
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
