#include "contact_json_rows.hpp"

#include "catch.hpp"
#include "contact_input.hpp"
#include "contact_list_text.hpp"
#include "failure.hpp"

using namespace skipcall::cli;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string read(const std::string &text, const std::string &sequence = "", const std::string &columns = "") {
  ContactList list;
  read_contact_input({"f.json", text}, InputFormat::json, parse_columns(columns), sequence, list);
  return list_text(list);
}

}  // namespace

TEST_CASE("a list of rows is read by its keys, as a sheet by its columns") {
  CHECK(read("[{\"contactId\":\"1\",\"name\":\"x\",\"Séquence\":\"A\"},\n{\"Séquence\":\"B\",\"contactId\":"
             "\"2\"}]") == R"("A": "1"@f.json:1 | "B": "2"@f.json:2)");
  CHECK(read(R"([{"contactId":"1"}])", "A") == R"("A": "1"@f.json:1)");
  CHECK(read(R"([{"Fiche":"1","x":"A"}])", "", "contact=fiche,sequence=X") == R"("A": "1"@f.json:1)");
  CHECK(read("[]") == "");
  CHECK(read(R"([{"contactId":null,"sequence":"A"},{"sequence":"A"}])") == R"("A": ""@f.json:1 ""@f.json:1)");
  CHECK(read(R"([{"contactId":"1","sequence":"A","more":{"contactId":"9","x":[1,{"a":2}]}}])") ==
        R"("A": "1"@f.json:1)");
}

TEST_CASE("n8n's items are rows") {
  CHECK(read("[{\"json\":{\"contactId\":\"1\",\"sequenceId\":\"A\"},\"pairedItem\":{\"item\":0}},\n"
             "{\"json\":{\"contactId\":\"2\",\"sequenceId\":\"A\"},\"binary\":{\"id\":\"9\"}}]") ==
        R"("A": "1"@f.json:1 "2"@f.json:2)");
}

TEST_CASE("JSON lines are rows") {
  CHECK(read("{\"contactId\":\"1\",\"sequenceId\":\"A\"}\n\n{\"contactId\":\"2\",\"sequenceId\":\"B\"}\n") ==
        R"("A": "1"@f.json:1 | "B": "2"@f.json:3)");
  CHECK(read("{\"contactId\":\"1\",\"sequenceId\":\"A\"}\n") == R"("A": "1"@f.json:1)");
  CHECK(read("{\"id\":\"1\"}\n{\"id\":\"2\"}\n", "A") == R"("A": "1"@f.json:1 "2"@f.json:2)");
}

TEST_CASE("a list of rows inside of an object is read, with their lines") {
  CHECK(read("{\"meta\":{\"page\":1},\"data\":[\n{\"contactId\":\"1\",\"sequenceId\":\"A\"},\n"
             "{\"contactId\":\"2\",\"sequenceId\":42}],\"next\":{\"x\":[1]}}") ==
        R"("A": "1"@f.json:2 | "42": "2"@f.json:3)");
  CHECK_THROWS_WITH(read(R"({"data":[{"contactId":"1"}],"sequenceId":"A"})"),
                    ContainsSubstring("\"sequenceId\" is beside the list \"data\""));
}

TEST_CASE("a list of ids needs a sequence") {
  CHECK(read("[\"1\",\n\"2\"]", "A") == R"("A": "1"@f.json:1 "2"@f.json:2)");
  CHECK_THROWS_WITH(read(R"(["1"])"), ContainsSubstring("--sequence"));
}

TEST_CASE("a list of removals is read") {
  CHECK(read("[{\"sequenceId\":\"A\",\"contactIds\":[\"1\",\n\"2\"]},{\"contactIds\":[\"3\"],\"sequenceId\":"
             "\"B\"}]") == R"("A": "1"@f.json:1 "2"@f.json:2 | "B": "3"@f.json:2)");
  CHECK_THROWS_WITH(read(R"([{"sequenceId":"A","contactIds":["1"]}])", "B"), ContainsSubstring("--sequence"));
  CHECK_THROWS_WITH(read(R"([{"contactIds":["1"]}])"), ContainsSubstring("no \"sequenceId\""));
}

TEST_CASE("if rows could hold sequences, --sequence is refused") {
  for (const char *key : {"sequenceId", "Séquence", "campaign", "Sequence\u00a0ID"}) {
    INFO(key);
    const std::string rows = std::string(R"([{"contactId":"1"},{"contactId":"2",")") + key + R"(":"A"}])";
    CHECK_THROWS_WITH(read(rows, "B"), ContainsSubstring("--sequence"));
    const std::string nested = std::string(R"([{"contactId":"1",")") + key + R"(":{"id":"A"}}])";
    CHECK_THROWS_WITH(read(nested, "B"), ContainsSubstring("--sequence"));
  }
}

TEST_CASE("nothing is guessed") {
  CHECK_THROWS_WITH(read(R"([{"contactId":"1","sequence":["A"]}])"), ContainsSubstring("not text"));
  CHECK_THROWS_WITH(read(R"([{"contactId":"1","sequence":"A","sequence":"B"}])"), ContainsSubstring("twice"));
  CHECK_THROWS_WITH(read(R"(["1",{"contactId":"2"}])", "A"), ContainsSubstring("different kinds"));
  CHECK_THROWS_WITH(read(R"([["1"]])", "A"), ContainsSubstring("list inside"));
  for (const char *text : {"[\"1\",\"2\"]\n[\"3\",\"4\"]", "[\"1\"]\n{\"contactId\":\"2\"}", "[\"1\"]\n\"2\"",
                           "{\"contactId\":\"2\"}\n[\"1\"]", "\"1\"\n[\"2\"]"}) {
    CHECK_THROWS_WITH(read(text, "A"), ContainsSubstring("a list and something beside it"));
  }
  CHECK_THROWS_WITH(read(R"([{"sequenceID":"B","contactIds":["1"]}])", "A"),
                    ContainsSubstring("\"sequenceID\" is not a key"));
  CHECK_THROWS_WITH(read("[{\"contactId\":\"1\",\n]"), ContainsSubstring("f.json:2: is not valid JSON"));
  // Its parts are numbers.
  CHECK_THROWS_WITH(read("00000000-0000-4000-8000-000000000001\n", "A"),
                    ContainsSubstring("not valid JSON here"));
  CHECK_THROWS_WITH(read(R"([{"name":"x"}])"), ContainsSubstring("no column contactId"));
  CHECK_THROWS_WITH(read("{\"contactId\":\"1\",\"sequence\":\"spr\\u0000ing\"}\n"),
                    ContainsSubstring("U+0000"));
  CHECK_THROWS_WITH(read("{\"removals\":[]}{\"removals\":[]}"), ContainsSubstring("no column contactId"));
}
