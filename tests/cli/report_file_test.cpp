#include "report_file.hpp"

#include "catch.hpp"

using namespace skipcall::cli;
using Json = nlohmann::json;

TEST_CASE("each row has its outcome and its cause") {
  ContactList list;
  const auto file = list.add_source("a.csv");
  uint32_t line = 1;
  for (const char *id : {"aa", "AA", "bad", "bb", "cc", "dd"}) list.add("A", id, {file, ++line});
  list.add("", "ee", {file, 8});
  list.add("=1+1", "ff", {file, 9});
  const Json result = Json::parse(R"({
    "status": "partial", "requests": 3, "dryRun": false,
    "invalidIds": [{"removal": 0, "contact": 2, "reason": "not-a-uuid"},
                   {"removal": 1, "contact": null, "reason": "empty"}],
    "remaining": {"removals": [
      {"sequenceId": "A", "contactIds": ["bb"], "outcome": "unknown", "error": 0},
      {"sequenceId": "A", "contactIds": ["cc"], "outcome": "unsent", "error": null}]},
    "refusedIds": {"removals": [{"sequenceId": "A", "contactIds": ["dd"], "outcome": "refused", "error": 1}]},
    "errors": [{"cause": "network", "code": null}, {"cause": "not-found", "code": "NOT_FOUND"}]})");
  CHECK(report_csv(list, result) ==
        "file,line,sequence,id,outcome,cause\n"
        "a.csv,2,A,aa,confirmed,\n"
        "a.csv,3,A,AA,duplicate,of a.csv:2\n"
        "a.csv,4,A,bad,invalid,not-a-uuid\n"
        "a.csv,5,A,bb,unknown,network\n"
        "a.csv,6,A,cc,unsent,\n"
        "a.csv,7,A,dd,refused,NOT_FOUND\n"
        "a.csv,8,,ee,invalid,empty\n"
        "a.csv,9,'=1+1,ff,confirmed,\n");
}

TEST_CASE("if the result names no ids, nothing is called confirmed") {
  ContactList list;
  list.add("A", "aa", {list.add_source("a"), 1});
  CHECK(report_csv(list, {{"status", "partial"}, {"requests", 2}, {"confirmed", 1}, {"unknown", 1}}) ==
        "file,line,sequence,id,outcome,cause\na,1,A,aa,unknown,the result names no ids\n");
}

TEST_CASE("a dry run's rows would be removed") {
  ContactList list;
  list.add("A;\"", "x,y", {list.add_source("a"), 1});
  CHECK(report_csv(list, {{"status", "completed"}, {"requests", 0}, {"dryRun", true}}) ==
        "file,line,sequence,id,outcome,cause\na,1,\"A;\"\"\",\"x,y\",would-be-removed,\n");
  CHECK(
      report_csv(
          list, {{"status", "failed"}, {"requests", 0}, {"dryRun", false}, {"stoppedBy", "invalid-input"}}) ==
      "file,line,sequence,id,outcome,cause\na,1,\"A;\"\"\",\"x,y\",unsent,invalid-input\n");
}
