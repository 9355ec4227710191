#include "text.hpp"

#include "catch.hpp"
#include "failing_memory.hpp"

namespace skipcall {

TEST_CASE("numbers are appended in decimal") {
  Text text;
  for (const uint64_t number : {uint64_t{0}, uint64_t{9}, uint64_t{10}, UINT64_MAX}) {
    text.append_number(number);
    text.append(' ');
  }
  CHECK(text.view() == "0 9 10 18446744073709551615 ");
}

TEST_CASE("extend lends space at the end") {
  Text text;
  text.append("ab");
  char *at = text.extend(2);
  REQUIRE(at != nullptr);
  at[0] = 'c';
  at[1] = 'd';
  CHECK(text.view() == "abcd");
}

TEST_CASE("a failed append is remembered until clear") {
  Text text;
  text.append("kept");
  {
    const FailingMemory failing;
    CHECK_FALSE(text.append(std::string_view("more than the sixteen bytes of a first growth")));
    CHECK(text.extend(1000) == nullptr);
    CHECK_FALSE(text.reserve(1000));
  }
  CHECK(text.append('!'));
  CHECK_FALSE(text.ok());
  CHECK(text.view() == "kept!");
  text.clear();
  CHECK(text.ok());
  CHECK(text.empty());
}

}  // namespace skipcall
