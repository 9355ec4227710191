#include "sandbox/uuid.hpp"

#include <set>

#include "catch.hpp"

using namespace skipcall::sandbox;

TEST_CASE("a UUID reads in any case and writes in lower case") {
  const auto uuid = parse_uuid("123E4567-e89B-12d3-A456-426614174fff");
  REQUIRE(uuid);
  CHECK((*uuid)[0] == 0x12);
  CHECK((*uuid)[15] == 0xff);
  CHECK(format_uuid(*uuid) == "123e4567-e89b-12d3-a456-426614174fff");
}

TEST_CASE("nothing else reads as a UUID") {
  for (const char *text : {"", "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-4266141740000",
                           "123e4567-e89b-12d3-a456_426614174000", "123e4567-e89b-12d3-a45-6426614174000",
                           "123g4567-e89b-12d3-a456-426614174000", "123e4567ee89b-12d3-a456-426614174000",
                           "123e4567-e89b-12d3-a456-42661417400\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_uuid(text));
  }
}

TEST_CASE("the generator is splitmix64") {
  Random random(1234567);
  CHECK(random.next() == 6457827717110365317u);  // the published reference values of this seed
  CHECK(random.next() == 3203168211198807973u);
}

TEST_CASE("generated UUIDs are version 4 and differ") {
  Random random(1);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = format_uuid(next_uuid(random));
    CHECK(text[14] == '4');
    CHECK(std::string("89ab").find(text[19]) != std::string::npos);
    seen.insert(text);
  }
  CHECK(seen.size() == 1000);
}
