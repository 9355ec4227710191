#include "contact_lines.hpp"

#include "catch.hpp"
#include "contact_list_text.hpp"
#include "failure.hpp"

using namespace skipcall::cli;

namespace {

std::string read(const std::string &text, const std::string &sequence = "S") {
  ContactList list;
  read_contact_lines({"f", text}, sequence, list);
  return list_text(list);
}

}  // namespace

TEST_CASE("lines become contacts of the one sequence, blank lines are counted and skipped") {
  CHECK(read("a\nb\n") == R"("S": "a"@f:1 "b"@f:2)");
  CHECK(read("a\r\n\r\n \t\r\nb") == R"("S": "a"@f:1 "b"@f:4)");
  CHECK(read("a\rb\r") == R"("S": "a"@f:1 "b"@f:2)");
  CHECK(read("  a \n\xC2\xA0"
             "b\xC2\xA0\n") == R"("S": "a"@f:1 "b"@f:2)");
}

TEST_CASE("an empty input keeps its sequence") {
  CHECK(read("") == R"("S":)");
  CHECK(read("\n \n") == R"("S":)");
}

TEST_CASE("a line that starts with # is an id like any other, and an invalid one") {
  CHECK(read("# note\n") == R"("S": "# note"@f:1)");
}

TEST_CASE("a bullet that some lines lack is a question that only the user can answer") {
  CHECK(read("* a\n*  b\n") == R"("S": "a"@f:1 "b"@f:2)");
  CHECK_THROWS_WITH(read("* a\n\nb\n"), Catch::Matchers::StartsWith("f:3: does not begin with \"*\""));
}

TEST_CASE("a line that is too long for the action is named") {
  const std::string line(size_t{200} * 1024, 'a');
  CHECK_THROWS_WITH(read("x\n" + line), Catch::Matchers::StartsWith("f:2: the contact id is longer"));
  CHECK_THROWS_WITH(checked_sequence(line, "f:3"),
                    Catch::Matchers::StartsWith("f:3: the sequence id is longer"));
}

TEST_CASE("lines without a sequence are bad input") {
  CHECK_THROWS_WITH(read("123e4567-e89b-12d3-a456-426614174000\n", ""),
                    Catch::Matchers::ContainsSubstring("--sequence"));
  // As of a table that was drawn with +---+.
  CHECK_THROWS_WITH(read("+---+\n| 123e4567-e89b-12d3-a456-426614174000 |\n", ""),
                    Catch::Matchers::ContainsSubstring("neither a contact id nor names of columns"));
  CHECK_THROWS_WITH(read("a|b\n", ""), Catch::Matchers::ContainsSubstring(
                                           "its first line is neither a contact id nor names of columns"));
}
