#include "contact_id.hpp"

#include <string>

#include "catch.hpp"

namespace skipcall {
namespace {

std::string written(const ContactId &id) {
  std::string out(contact_id_length + 2, '?');
  write_contact_ids(&id, 1, out.data());
  return out.substr(1, contact_id_length);
}

}  // namespace

TEST_CASE("a UUID in any case is read, and written in lower case") {
  Vec<ContactId> ids;
  REQUIRE(ids.reserve(3));
  REQUIRE(parse_contact_id("123E4567-e89b-12D3-A456-426614174fFf", ids));
  CHECK(ids.back().high == 0x123e4567e89b12d3u);
  CHECK(ids.back().low == 0xa456426614174fffu);
  CHECK(written(ids.back()) == "123e4567-e89b-12d3-a456-426614174fff");
  for (const char *text : {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"}) {
    REQUIRE(parse_contact_id(text, ids));
    CHECK(written(ids.back()) == text);
  }
  CHECK(ids.size() == 3);
}

TEST_CASE("anything but a UUID is refused and changes nothing") {
  const std::string good = "123e4567-e89b-12d3-a456-426614174000";
  Vec<ContactId> ids;
  REQUIRE(ids.reserve(1));
  for (const std::string &bad : {std::string(), good.substr(1), good + "0", "{" + good + "}",
                                 "urn:uuid:" + good, std::string("123e4567e89b12d3a456426614174000"),
                                 std::string("123e4567-e89b12d3--a456-426614174000")}) {
    INFO(bad);
    CHECK_FALSE(parse_contact_id(bad, ids));
  }
  for (size_t at = 0; at < good.size(); at++) {  // one byte wrong, at each place
    for (const char c : {'g', '`', '@', ':', '/', ' ', '\0', '\xff', good[at] == '-' ? '0' : '-'}) {
      std::string bad = good;
      bad[at] = c;
      INFO(at << ' ' << int{c});
      CHECK_FALSE(parse_contact_id(bad, ids));
    }
  }
  CHECK(ids.empty());
}

TEST_CASE("the good ids that a list begins with are read, to the end of the last") {
  const std::string a = "\"00000000-0000-0000-0000-00000000000A\"",
                    b = "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"";
  const std::pair<std::string, size_t> cases[] = {
      // the text, and how many of its ids are read
      {"", 0},
      {" ", 0},
      {"]", 0},
      {a, 1},
      {a + "]", 1},
      {a + ",", 1},
      {a + " ," + b + ",", 1},
      {a + "," + b, 2},
      {a + "," + b + "]", 2},
      {a + ", " + b.substr(0, b.size() - 1), 1},
      {a + "," + b + ",]", 2},
      {" " + a + ",\t\r\n" + b + ",", 2},
      {a + ",\v" + b + ",", 1},
      {a + ",\"\"," + b + ",", 1},
      {a + ",null," + b + ",", 1},
      {a + "," + b.substr(0, b.size() - 1) + ",\"", 1},
      {a + ",x" + b.substr(1) + ",", 1},
  };
  for (const auto &[text, count] : cases) {
    INFO(text);
    Vec<ContactId> ids;
    REQUIRE(ids.reserve(2));
    const size_t bytes = parse_contact_ids(text, ids);
    CHECK(ids.size() == count);
    CHECK((count == 0 ? bytes == 0 : text[bytes - 1] == '"'));
    if (count > 0) CHECK(ids[0] == ContactId{0, 10});
    if (count > 1) CHECK(ids[1] == ContactId{UINT64_MAX, UINT64_MAX});
  }
}

TEST_CASE("ids for which there is no room are left") {
  const std::string id = "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"";
  Vec<ContactId> ids;
  CHECK(parse_contact_ids(id, ids) == 0);
  REQUIRE(ids.reserve(2));
  CHECK(parse_contact_ids(id + "," + id + "," + id, ids) == 2 * id.size() + 1);
  CHECK(ids.size() == 2);
}

TEST_CASE("ids are written as a list") {
  const ContactId ids[] = {{0, 10}, {UINT64_MAX, UINT64_MAX}};
  std::string out(2 * contact_id_quoted, '?');
  write_contact_ids(ids, 2, out.data());
  CHECK(out == "\"00000000-0000-0000-0000-00000000000a\",\"ffffffff-ffff-ffff-ffff-ffffffffffff\"?");
}

TEST_CASE("blanks around an id are cut") {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {" \t\r\n\v\f", ""},
      {"\xc2\xa0\xef\xbb\xbf", ""},
      {"\xef\xbb\xbf \xc2\xa0x y\xc2\xa0 \t", "x y"},
      {"x\xc2\xa0y", "x\xc2\xa0y"},
      {"\xe2\x80\xafx", "\xe2\x80\xafx"},  // U+202F stays: it is another character
      {"\xc3\xa0", "\xc3\xa0"},            // "à" ends in the last byte of U+00A0
  };
  for (const auto &[text, trimmed] : cases) CHECK(trim_id(text) == trimmed);
}

}  // namespace skipcall
