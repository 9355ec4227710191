#include "contact_csv.hpp"

#include "catch.hpp"
#include "contact_list_text.hpp"
#include "failure.hpp"

using namespace skipcall::cli;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string read(const std::string &text, const std::string &columns = "", const std::string &sequence = "") {
  ContactList list;
  read_contact_csv({"f", text}, parse_columns(columns), sequence, list);
  return list_text(list);
}

}  // namespace

TEST_CASE("the usual column names are found whatever their case and order") {
  const std::string expected = R"("S": "c"@f:2)";
  CHECK(read("sequenceId,contactId\nS,c\n") == expected);
  CHECK(read("contact_id,name,sequence_id\nc,x,S\n") == expected);
  CHECK(read("\"Contact ID\",\"Sequence ID\"\nc,S\n") == expected);
  CHECK(read("SEQUENCE,ID\nS,c\n") == expected);
  CHECK(read("sequence,contact\nS,c\n") == expected);
  CHECK(read("contact,contactId,sequenceId\nJane,c,S\n") == expected);
}

TEST_CASE("semicolons, tabs and vertical bars are delimiters too") {
  CHECK(read("sequenceId;contactId\nS;c\n") == R"("S": "c"@f:2)");
  CHECK(read("sequenceId\tcontactId\nS\tc\n") == R"("S": "c"@f:2)");
  CHECK(read("\"a,b\";sequenceId;contactId\nx;S;c\n") == R"("S": "c"@f:2)");
  CHECK(read("sep=;\r\nsequenceId;contactId\r\nS;c\r\n") == R"("S": "c"@f:3)");
  CHECK(read("sep=,\nsequenceId,contactId\nS,c\nsep=,c\n") == R"("S": "c"@f:3 | "sep=": "c"@f:4)");
  CHECK(read("sep=\t\nsequenceId\tcontactId\nS\tc\n") == R"("S": "c"@f:3)");
  CHECK(read("sequenceId|contactId\nS|c\n") == R"("S": "c"@f:2)");
  CHECK(read("sep=|\nsequenceId|contactId\nS|c\n") == R"("S": "c"@f:3)");
  CHECK_THROWS_WITH(read("sep=/\nsequenceId/contactId\nS/c\n"), ContainsSubstring("sep=/"));
}

TEST_CASE("rows of several sequences are merged by sequence") {
  CHECK(read("sequenceId,contactId\nA,1\nB,2\nA,3\n") == R"("A": "1"@f:2 "3"@f:4 | "B": "2"@f:3)");
}

TEST_CASE("columns can be named") {
  CHECK(read("Séquence,Fiche\nS,c\n", "sequence=Séquence,contact=Fiche") == R"("S": "c"@f:2)");
  CHECK(read("sequenceId,Fiche\nS,c\n", "contact=Fiche") == R"("S": "c"@f:2)");
  CHECK_THROWS_WITH(read("a,b\nS,c\n", "contact=Fiche"),
                    ContainsSubstring("no column \"Fiche\"") && ContainsSubstring("a, b"));
}

TEST_CASE("a missing column is bad input that lists the columns found") {
  CHECK_THROWS_WITH(read("sequenceId,name\nS,x\n"),
                    ContainsSubstring("contactId") && ContainsSubstring("sequenceId, name"));
  CHECK_THROWS_WITH(read("contactId,name\nc,x\n"),
                    ContainsSubstring("no column sequenceId") && ContainsSubstring("--sequence"));
  CHECK_THROWS_AS(read(""), BadInput);
  CHECK_THROWS_AS(read("\n,,\n"), BadInput);
}

TEST_CASE("two columns that fit are bad input") {
  CHECK_THROWS_WITH(read("id,contact,sequence\n1,2,3\n"), ContainsSubstring("more than one column"));
  CHECK_THROWS_WITH(read("contactId,contact_id,sequence\n1,2,3\n"), ContainsSubstring("--columns"));
}

TEST_CASE("one column cannot be both") {
  CHECK_THROWS_WITH(read("a,b\nx,y\n", "sequence=a,contact=a"), ContainsSubstring("\"a\" cannot hold both"));
}

TEST_CASE("a header line that is a row is reported, without the id") {
  const std::string id = "123e4567-e89b-12d3-a456-426614174000";
  CHECK_THROWS_WITH(read("S," + id + "\n"), ContainsSubstring("first line holds an id") &&
                                                !ContainsSubstring(id) &&
                                                ContainsSubstring("one id on each line"));
}

TEST_CASE("a mail with ids in it is not called a table") {
  const std::string mail = "Hi Bob, Ann,\n\nplease remove 123e4567-e89b-12d3-a456-426614174000\nThanks, Jo\n";
  CHECK_THROWS_WITH(read(mail), ContainsSubstring("neither a table nor a list of ids"));
  CHECK_THROWS_WITH(read("Name;Fiche\nJo;123e4567-e89b-12d3-a456-426614174000\n"),
                    ContainsSubstring("no column contactId"));
}

TEST_CASE("a file without a sequence column takes --sequence, one with it does not") {
  CHECK(read("contactId\nc\n", "", "S") == R"("S": "c"@f:2)");
  CHECK(read("contactId\n", "", "S") == R"("S":)");
  CHECK_THROWS_WITH(read("sequenceId,contactId\nA,c\n", "", "S"), ContainsSubstring("--sequence"));
}

TEST_CASE("columns without a name are listed as not used, except those at the end") {
  ContactList list;
  read_contact_csv({"f", "contactId,,name,,\nc,1,y\n"}, {}, "S", list);
  CHECK(list.columns().at(0).unused == std::vector<std::string>{"column 2", "name"});
}

TEST_CASE("blank rows are skipped, a blank cell is an id") {
  CHECK(read("sequenceId,contactId\n\n,\n \nS,\nS,c\n,c\n") == R"("S": ""@f:5 "c"@f:6 | "": "c"@f:7)");
  CHECK(read("sequenceId,contactId,name\nS\nS,c\n") == R"("S": ""@f:2 "c"@f:3)");
}

TEST_CASE("cells beyond the header are refused unless they are blank") {
  CHECK(read("sequenceId,contactId\nS,c,,\n") == R"("S": "c"@f:2)");
  CHECK_THROWS_WITH(read("sequenceId,contactId\nS,c\nS,x,c\n"),
                    ContainsSubstring("f:3") && ContainsSubstring("3 cells"));
}

TEST_CASE("text that is not UTF-8 harms only the ids that hold it") {
  CHECK(read("sequenceId,contactId,name\nS,c,Soci\xE9t\xE9\n") == R"("S": "c"@f:2)");
  CHECK_THROWS_WITH(read("sequenceId,contactId\nS\xE9,c\n"),
                    ContainsSubstring("f:2") && ContainsSubstring("UTF-8"));
}

TEST_CASE("broken quotes name their line") {
  CHECK_THROWS_WITH(read("sequenceId,contactId\nS,c\nS,\"d\n"), ContainsSubstring("f:3: broken quotes"));
}

TEST_CASE("--columns in another form is refused") {
  for (const char *text :
       {"contact", "contact=", "=x", "contacts=x", "contact=a,contact=b", ",", "contact=a,,"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_columns(text), BadInput);
  }
  CHECK(parse_columns("contact= a b ,sequence=s").contact == "a b");
}
