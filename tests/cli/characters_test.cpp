#include "characters.hpp"

#include "catch.hpp"

using namespace skipcall::cli;

TEST_CASE("white space and invisible characters around a string are trimmed") {
  CHECK(trimmed(" \t\r\n\xC2\xA0\xEF\xBB\xBF a b \xC2\xA0 ") == "a b");
  CHECK(trimmed("\u200B\u2060\u202F\u2028a\u200D\uFEFF\u00AD") == "a");
  CHECK(trimmed(" \xC2\xA0").empty());
  CHECK(trimmed("\xA0") == "\xA0");
  CHECK(trimmed("\xC3\xA9 ") == "\xC3\xA9");
  CHECK(trimmed(std::string_view("a\0", 2)).size() == 2);
}

TEST_CASE("UTF-8 is distinguished from other bytes") {
  CHECK(is_utf8("caf\xC3\xA9 \xF0\x9F\x98\x80"));
  for (const char *bad :
       {"caf\xE9", "\xED\xA0\x80", "\xC0\x80", "\xE0\x80\x80", "\xF4\x90\x80\x80", "\xC3", "\x80"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("anything like an id is found, other text is not") {
  CHECK(holds_id("x,123e4567-e89b-12d3-a456-426614174000\ny"));
  CHECK(holds_id("123E4567E89B12D3A456426614174000"));
  CHECK(holds_id("123e4567\u2011e89b\u200B-12d3-a456-426614174000"));
  CHECK_FALSE(holds_id("123e4567-e89b-12d3-a456-42661417400"));
  CHECK_FALSE(holds_id("123e4567-e89b-12d3\n-a456-426614174000"));
  CHECK_FALSE(holds_id("decade 123e4567 e89b 12d3 a456"));
}
