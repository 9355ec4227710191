#include "contact_json.hpp"

#include "catch.hpp"
#include "contact_list_text.hpp"
#include "failure.hpp"

using namespace skipcall::cli;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string read(const std::string &text, const std::string &sequence = "") {
  ContactList list;
  read_contact_json({"f", text}, sequence, list);
  return list_text(list);
}

}  // namespace

TEST_CASE("both forms are read, with the line of each id") {
  CHECK(read("{\"sequenceId\": \"S\",\n \"contactIds\": [\n\"a\",\n\"b\"]}") == R"("S": "a"@f:3 "b"@f:4)");
  CHECK(read("{\"contactIds\":[\"a\"],\"sequenceId\":\"S\"}") == R"("S": "a"@f:1)");
  CHECK(read("{\"removals\":[{\"sequenceId\":\"A\",\"contactIds\":[\"1\"]},\n"
             "{\"contactIds\":[\"2\"],\"sequenceId\":\"B\"},\n"
             "{\"sequenceId\":\"A\",\"contactIds\":[\"3\"]}]}") == R"("A": "1"@f:1 "3"@f:3 | "B": "2"@f:2)");
  CHECK(read(R"({"removals":[]})") == "");
  CHECK(read(R"({"sequenceId":"S","contactIds":[]})") == R"("S":)");
}

TEST_CASE("a remaining file is read") {
  CHECK(read(R"({"removals":[{"sequenceId":"A","contactIds":["1"],"outcome":"unknown","error":1},
                             {"sequenceId":"A","contactIds":["2"],"outcome":"unsent","error":null}]})") ==
        R"("A": "1"@f:1 "2"@f:2)");
  CHECK(read(R"({"sequenceId":"A","contactIds":["1"],"outcome":"unsent","error":null})") ==
        R"("A": "1"@f:1)");
}

TEST_CASE("what remained of a saved result is read") {
  CHECK(read(R"({"status":"partial","sequences":[{"sequenceId":"A","contactIds":["9"]}],
                 "remaining":{"removals":[{"sequenceId":"A","contactIds":["1"],"outcome":"unsent"}]},
                 "refusedIds":{"removals":[{"sequenceId":"A","contactIds":["8"]}]},"confirmed":1})") ==
        R"("A": "1"@f:2)");
}

TEST_CASE("a removal that names no sequence has the one that was given") {
  CHECK(read(R"({"contactIds":["1"]})", "S") == R"("S": "1"@f:1)");
  CHECK_THROWS_WITH(read(R"({"sequenceId":"A","contactIds":["1"]})", "S"),
                    ContainsSubstring("its own sequences"));
  CHECK_THROWS_WITH(read(R"({"sequenceID":"A","contactIds":["1"]})", "S"), ContainsSubstring("is not a key"));
}

TEST_CASE("ids and sequences of any scalar type are kept for the action to judge") {
  CHECK(read("{\"sequenceId\":null,\"contactIds\":[null,\n7\n,1.5,\ntrue,\"\"]}") ==
        R"(null: null@f:1 7@f:2 1.5@f:3 true@f:4 ""@f:4)");
}

TEST_CASE("options are kept") {
  ContactList list;
  read_contact_json({"f", R"({"options":{"dryRun":true,"concurrency":2},"removals":[]})"}, "", list);
  CHECK(list.options().dump() == R"({"concurrency":2,"dryRun":true})");
  CHECK_THROWS_WITH(read_contact_json({"g", R"({"removals":[],"options":{}})"}, "", list),
                    ContainsSubstring("both f and g"));
}

TEST_CASE("what is not the action's form is refused with its line") {
  const std::pair<const char *, const char *> cases[] = {
      {"", "f:1: is not valid JSON"},
      {"{\n\"sequenceId\": \"S\",\n\"contactIds\": [\"a\",]}", "f:3: is not valid JSON"},
      {"{\"sequenceId\": \"S\",\n\"contactIds\": [\"a\"\n\n\n", "f:2: is not valid JSON"},
      {R"({"sequenceId":"S","contactIds":["a"]} x)", "not valid JSON"},
      {"{\"sequenceId\":\"S\",\"contactIds\":[\"\xFF\"]}", "not valid JSON"},
      {R"(["a"])", "is a list"},
      {R"("a")", "where an object belongs"},
      {"{\n\"contacts\":[]}", "f:2: \"contacts\" is not a key"},
      {R"({"dryrun":true})", "\"dryrun\" is not a key"},
      {R"({"sequenceId":"S","contactIds":[],"contactIds":[]})", "\"contactIds\" appears twice"},
      {R"({"options":{"a":1,"a":2},"removals":[]})", "\"a\" appears twice"},
      {R"({"removals":[],"options":{},"removals":[]})", "\"removals\" appears twice"},
      {R"({"sequenceId":"S"})", "no \"contactIds\""},
      {R"({"contactIds":[]})", "no \"sequenceId\""},
      {R"({})", "no \"sequenceId\""},
      {R"({"removals":[{"sequenceId":"S"}]})", "no \"contactIds\""},
      {R"({"sequenceId":"S","contactIds":"a"})", "\"contactIds\" must be a list"},
      {R"({"sequenceId":["S"],"contactIds":[]})", "\"sequenceId\" cannot be a list"},
      {R"({"sequenceId":{},"contactIds":[]})", "\"sequenceId\" cannot be an object"},
      {R"({"sequenceId":"S","contactIds":[[]]})", "cannot be a list"},
      {R"({"sequenceId":"S","contactIds":[{"id":1}]})", "cannot be an object"},
      {R"({"removals":{}})", "\"removals\" cannot be an object"},
      {R"({"removals":["a"]})", "where an object belongs"},
      {R"({"removals":[],"options":[]})", "\"options\" cannot be a list"},
      {R"({"removals":[],"options":1})", "\"options\" must be an object"},
      {R"({"removals":[],"options":{"concurrency":{}}})", "\"concurrency\" cannot be an object"},
      {R"({"sequenceId":"S","removals":[]})", "only one of them"},
      {R"({"removals":[],"sequenceId":"S","contactIds":[]})", "only one of them"},
      {R"({"status":"partial","remaining":{}})", "\"status\" is not a key"},
      {R"({"remaining":{"removals":[]},"contactIds":[]})", "a removal outside of it"},
      {R"({"remaining":{"removals":[]},"removals":[]})", "a removal outside of it"},
      {R"({"remaining":{"sequenceId":"S","contactIds":[]}})", "\"sequenceId\" is not a key"},
  };
  for (const auto &[text, message] : cases) {
    INFO(text);
    CHECK_THROWS_WITH(read(text), ContainsSubstring(message));
  }
}

TEST_CASE("absurd nesting is refused at its first level") {
  CHECK_THROWS_AS(read(std::string(100000, '[')), BadInput);
  CHECK_THROWS_AS(read(R"({"removals":)" + std::string(100000, '[')), BadInput);
}

TEST_CASE("messages never quote an id") {
  CHECK_THROWS_WITH(read("{\"sequenceId\":\"S\",\"contactIds\":[\"secret-id\" \"x\"]}"),
                    !ContainsSubstring("secret-id"));
}
