#include "plain_removals.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "failing_memory.hpp"

namespace skipcall {
namespace {

const std::string id = "\"123e4567-e89b-12d3-a456-426614174000\"";
const std::string a1 = R"({"sequenceId":"a","contactIds":[)" + id + "]}";
const std::string b2 = R"({"sequenceId":"b","contactIds":[)" + id + "," + id + "]}";

// With room for ids.
struct Roomy : Removals {
  Roomy() { REQUIRE(contacts.reserve(64)); }
};

// A removal with that many contacts.
std::string with(int contacts) {
  std::string text = R"({"sequenceId":"a","contactIds":[)";
  for (int i = 0; i < contacts; i++) text += (i > 0 ? "," : "") + id;
  return text + "]}";
}

}  // namespace

TEST_CASE("removals in a row are read to the end of the last") {
  const std::pair<std::string, uint32_t> cases[] = {
      {"", 0},
      {"]", 0},
      {a1, 1},
      {a1 + "]", 1},
      {a1 + ",]", 1},
      {a1 + "," + b2 + "]", 2},
      {a1 + ",5," + b2, 1},
      {"\n " + a1 + " ,\r\n\t" + b2 + "\n]", 2},
      {"{ \"sequenceId\" : \"a\" , \"contactIds\" : [ " + id + " ] }", 1},
      {R"({"contactIds":[)" + id + R"(],"sequenceId":"a"},)" + a1, 2},
      {with(11), 1},
      {a1 + "," + with(100), 1},  // long: read elsewhere
  };
  for (const auto &[text, count] : cases) {
    INFO(text);
    Roomy removals;
    const PlainRemovals read = parse_plain_removals(text, removals);
    CHECK(read.removals == count);
    CHECK(removals.segments.size() == count);
    CHECK(removals.requested == removals.contacts.size());
    const std::string taken = text.substr(0, read.bytes);
    CHECK((count == 0 ? taken.empty() : taken.find_last_not_of(" \n\r\t") == taken.rfind('}')));
  }
  Roomy removals;
  parse_plain_removals(a1 + "," + b2 + "," + a1, removals);
  REQUIRE(removals.segments.size() == 3);
  CHECK(removals.segments[1].sequence == 1);
  CHECK(removals.segments[1].first == 1);
  CHECK(removals.segments[1].contacts == 2);
  CHECK(removals.segments[2].sequence == 0);
  CHECK(removals.sequences.name_of(removals.sequences[1]) == "b");
}

TEST_CASE("what needs a second look is left, and leaves nothing behind") {
  std::vector<std::string> others = {
      R"({"sequenceId":"a","sequenceId":"a"})",
      R"({"contactIds":[)" + id + R"(],"contactIds":[)" + id + "]}",
      R"({"sequenceId":"a","contactIds":[)" + id + R"(],"contactIds":[)" + id + "]}",
      R"({"sequenceId":"a"})",
      R"({"contactIds":[)" + id + "]}",
      "{}",
      R"({"sequenceId":"a","contactIds":[]})",
      R"({"sequenceId":"a","contactIds":[)" + id + R"(],"outcome":"unsent"})",
      R"({"sequenceId":"a","contactIds":[)" + id + R"(,""]})",
      R"({"sequenceId":"a","contactIds":[)" + id + R"(,]})",
      R"({"sequenceId":"a","contactIds":[null]})",
      R"({"sequenceId":"","contactIds":[)" + id + "]}",
      R"({"sequenceId":".","contactIds":[)" + id + "]}",
      R"({"sequenceId":" a","contactIds":[)" + id + "]}",
      R"({"sequenceId":"a ","contactIds":[)" + id + "]}",
      R"({"sequenceId":"\u0061","contactIds":[)" + id + "]}",
      "{\"sequenceId\":\"\xc3\xa9\",\"contactIds\":[" + id + "]}",
      "{\"sequenceId\":\"a\tb\",\"contactIds\":[" + id + "]}",
      R"({"sequenceId":5,"contactIds":[)" + id + "]}",
      R"({"sequenceId ":"a","contactIds":[)" + id + "]}",
      R"({"SequenceId":"a","contactIds":[)" + id + "]}",
  };
  for (size_t length = 0; length < a1.size(); length++) others.push_back(a1.substr(0, length));
  for (const std::string &other : others) {
    INFO(other);
    Roomy removals;
    CHECK(parse_plain_removals(other, removals).bytes == 0);
    CHECK(parse_plain_removals(b2 + "," + other, removals).bytes == b2.size());
    CHECK(removals.requested == 2);
    CHECK(removals.contacts.size() == 2);
    CHECK(removals.segments.size() == 1);
    CHECK(removals.sequences.size() == 1);
  }
}

TEST_CASE("a sequence id beyond ASCII is accepted once it is known") {
  const std::string of_e = "{\"sequenceId\":\"\xc3\xa9t\xc3\xa9\",\"contactIds\":[" + id + "]}";
  Roomy removals;
  CHECK(parse_plain_removals(of_e + "," + a1, removals).bytes == 0);
  removals.sequences.find_or_add("\xc3\xa9t\xc3\xa9");
  removals.sequences.find_or_add("z");
  const PlainRemovals read = parse_plain_removals(of_e + "," + a1 + "," + of_e, removals);
  CHECK(read.removals == 3);
  REQUIRE(removals.segments.size() == 3);
  CHECK(removals.segments[0].sequence == 0);
  CHECK(removals.segments[2].sequence == 0);
  // One that only begins the same is another.
  const std::string longer = "{\"sequenceId\":\"\xc3\xa9t\xc3\xa9s\",\"contactIds\":[" + id + "]}";
  CHECK(parse_plain_removals(longer, removals).bytes == 0);
}

TEST_CASE("a removal for whose ids there is no room is left") {
  Removals removals;
  CHECK(parse_plain_removals(a1, removals).bytes == 0);
  REQUIRE(removals.contacts.reserve(2));
  CHECK(parse_plain_removals(a1 + "," + b2, removals).bytes == a1.size());
  CHECK(removals.contacts.size() == 1);
}

TEST_CASE("a removal for which there is no memory is not read") {
  for (uint64_t allowed = 0; allowed < 6; allowed++) {
    Roomy removals;
    const FailingMemory failing(allowed);
    const PlainRemovals read = parse_plain_removals(a1, removals);
    CHECK(read.removals == removals.segments.size());
    CHECK(removals.contacts.size() == removals.segments.size());
    CHECK(removals.requested == removals.segments.size());
  }
}

}  // namespace skipcall
