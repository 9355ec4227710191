#include "request.hpp"

#include "catch.hpp"
#include "contact_csv.hpp"

using namespace skipcall::cli;
using Json = nlohmann::json;

TEST_CASE("the request holds the groups in order, and the options") {
  ContactList list;
  read_contact_csv({"f", "sequenceId,contactId\nA,1\nB,\nA,\"x\"\"y\"\n"}, {}, "", list);
  CHECK(request_json(list, {{"dryRun", true}}) ==
        R"({"removals":[{"sequenceId":"A","contactIds":["1","x\"y"]},)"
        R"({"sequenceId":"B","contactIds":[""]}],"options":{"dryRun":true}})");
  CHECK(request_json({}, Json::object()) == R"({"removals":[],"options":{}})");
}

TEST_CASE("bytes that are not UTF-8 become the replacement character") {
  ContactList list;
  list.add("S", std::string("a\xE9"), {list.add_source("f"), 1});
  CHECK(request_json(list, Json::object()).find("a\xEF\xBF\xBD") != std::string::npos);
}

TEST_CASE("positions of a result lead back to file and line") {
  ContactList list;
  read_contact_csv({"f", "sequenceId,contactId\nA,1\nB,2\nA,3\n,4\n,5\n"}, {}, "", list);
  const auto found = find_invalid_ids(list, Json::parse(R"([
    {"removal":0,"contact":1,"reason":"not-a-uuid"},
    {"removal":2,"contact":null,"contacts":2,"reason":"empty"},
    {"removal":9,"contact":0,"reason":"x"}, {"removal":0,"contact":9,"reason":"x"}])"));
  REQUIRE(found.size() == 3);
  CHECK(found[0].place == "f:4");
  CHECK(found[0].reason == "not-a-uuid");
  CHECK_FALSE(found[0].is_sequence);
  CHECK(found[1].place == "f:5");
  CHECK(found[2].place == "f:6");
  CHECK(found[2].is_sequence);
}

TEST_CASE("an id that only needs correction says which") {
  const std::string id = "0b0a9b1c-2d3e-4f50-8a6b-7c8d9e0f1a2b";
  const auto hint = [](const std::string &contact) {
    ContactList list;
    list.add("S", contact, {list.add_source("f"), 1});
    return find_invalid_ids(list, Json::parse(R"([{"removal":0,"contact":0,"reason":"not-a-uuid"}])"))[0]
        .hint;
  };
  CHECK(hint("0b0a9b1c2d3e4f508a6b7c8d9e0f1a2b") == "it has no hyphens");
  for (const std::string &more :
       {"{" + id + "}", "urn:uuid:" + id, id + ";" + id, id + " Jane", "https://x/" + id})
    CHECK_THAT(hint(more), Catch::Matchers::ContainsSubstring("it has extra characters"));
  for (const std::string other : {"Total", "1234", ""}) CHECK(hint(other).empty());
}

TEST_CASE("an id of the command line is named by its number") {
  ContactList list;
  list.add("S", "x", {list.add_source("--id"), 3});
  CHECK(find_invalid_ids(list, Json::parse(R"([{"removal":0,"contact":0,"reason":"r"}])"))[0].place ==
        "--id 3");
}
