#include "input.hpp"

#include <string>

#include "catch.hpp"
#include "failing_memory.hpp"
#include "sample.hpp"

namespace skipcall {
namespace {

struct Read : Input {
  explicit Read(const std::string &document) { read_input(document, 1, *this); }
  std::string says() const { return std::string(problem.view()); }
  // "removal/contact reason …", as the result reports them.
  std::string invalid_list() const {
    std::string list;
    for (const InvalidId &id : removals.invalid_ids) {
      list += std::to_string(id.removal) + "/" +
              (id.contact == InvalidId::sequence_id ? "null+" + std::to_string(id.contacts)
                                                    : std::to_string(id.contact)) +
              " " + std::string(invalid_reason_name(id.reason)) + "; ";
    }
    return list;
  }
  bool adds_up() const {
    return removals.requested == removals.invalid + removals.duplicates + removals.contacts.size();
  }
};

}  // namespace

TEST_CASE("both forms mean the same") {
  const Read short_form(removal("A", 3));
  const Read long_form(input_of(removal("A", 3)));
  for (const Read *read : {&short_form, &long_form}) {
    CHECK(read->says().empty());
    CHECK(read->removals.requested == 3);
    REQUIRE(read->removals.sequences.size() == 1);
    CHECK(read->removals.sequences.name_of(read->removals.sequences[0]) == "A");
    CHECK(read->removals.sequences[0].contacts == 3);
  }
}

TEST_CASE("a result's remaining is an input") {
  const Read read(
      input_of(R"({"sequenceId":"A","outcome":"unknown","error":1,"contactIds":[)" + contacts(2) +
               R"(]},{"sequenceId":"A","outcome":{"x":[1]},"outcome":2,"error":null,"contactIds":[)" +
               contacts(2, 1) + "]}"));
  CHECK(read.says().empty());
  CHECK(read.removals.requested == 4);
  CHECK(read.removals.duplicates == 1);
  CHECK(read.removals.contacts.size() == 3);
}

TEST_CASE("what is wrong with a document is reported, and where, and nothing of it is treated as right") {
  const std::string a = R"("sequenceId":"A",)", none = R"("contactIds":[])";
  const std::pair<std::string, std::string> cases[] = {
      {"5", "The input must be an object."},
      {"null", "The input must be an object."},
      {"\"x\"", "The input must be an object."},
      {"[{" + a + none + "}]", "The input must be an object."},
      {"{}", "Give either sequenceId and contactIds, or removals."},
      {R"({"options":{}})", "Give either sequenceId and contactIds, or removals."},
      {"{" + a + none + R"(,"removals":[]})", "Give either sequenceId and contactIds, or removals."},
      {R"({"removals":[],"contactIds":[]})", "Give either sequenceId and contactIds, or removals."},
      {"{" + none + "}", "sequenceId is missing."},
      {R"({"sequenceId":"A"})", "contactIds is missing."},
      {R"({"removals":[{"contactIds":[]}]})", "removals[0]: sequenceId is missing."},
      {R"({"removals":[{)" + a + none + R"(},{"sequenceId":"B"}]})", "removals[1]: contactIds is missing."},
      {R"({"removals":[{)" + a + none + R"(},5]})",
       "removals[1]: It must be an object with sequenceId and contactIds."},
      {R"({"removals":[[{}],{)" + a + none + "}]}",
       "removals[0]: It must be an object with sequenceId and contactIds."},
      {R"({"removals":{}})", "removals must be a list."},
      {R"({"removals":null})", "removals must be a list."},
      {"{" + a + R"("contactIds":"x"})", "contactIds must be a list."},
      {"{" + a + R"("contactIds":{"contactIds":[1]}})", "contactIds must be a list."},
      {"{" + a + none + R"(,"options":[]})", "options must be an object."},
      {"{" + a + none + R"(,"options":null})", "options must be an object."},
      {"{" + a + none + "," + none + "}", "\"contactIds\" appears twice."},
      {"{" + a + a + none + "}", "\"sequenceId\" appears twice."},
      {R"({"removals":[],"removals":[]})", "\"removals\" appears twice."},
      {R"({"removals":[],"options":{},"options":{}})", "\"options\" appears twice."},
      {R"({"removals":[],"options":{"dryRun":true,"dryRun":true}})", "options: \"dryRun\" appears twice."},
      {R"({"removals":[],"options":{"onInvalid":"fail","onInvalid":"fail"}})",
       "options: \"onInvalid\" appears twice."},
      {R"({"removals":[],"options":{"batchSize":1,"batchSize":1}})", "options: \"batchSize\" appears twice."},
      {R"({"removals":[{)" + a + a + none + "}]}", "removals[0]: \"sequenceId\" appears twice."},
      {R"({"removals":[],"dryrun":true})",
       "\"dryrun\" is unknown. The input has sequenceId and contactIds, or removals, and may have options."},
      {R"({"removals":[],"outcome":1})",
       "\"outcome\" is unknown. The input has sequenceId and contactIds, or removals, and may have options."},
      {R"({"removals":[{"sequenceID":{"a":[{}]},)" + none + "}]}",
       "removals[0]: \"sequenceID\" is unknown. A removal has sequenceId and contactIds."},
      {R"({"removals":[{"options":{},)" + a + none + "}]}",
       "removals[0]: \"options\" is unknown. A removal has sequenceId and contactIds."},
      {R"({"removals":[],"options":{"dryrun":[true]}})",
       "options: \"dryrun\" is unknown. The options are concurrency, batchSize, maxAttempts, "
       "requestTimeoutMs, maxStallMs, maxDurationMs, leaveRemaining, onInvalid and dryRun."},
      {R"({"sk_live_secret":1,"removals":[]})",
       "\"sk_live_***\" is unknown. The input has sequenceId and contactIds, or removals, and may have options."},
      {"{\"x\xff\":1}", "The input is not valid UTF-8 (at byte 4)."},
      {R"({"removals":[)", "The input is not JSON (at byte 14)."},
  };
  for (const auto &[document, problem] : cases) {
    INFO(document);
    const Read read(document);
    CHECK(read.says() == problem);
    CHECK_FALSE(read.out_of_memory);
    CHECK(read.adds_up());
  }
  CHECK(Read(std::string(65, '[')).says().starts_with("The input is nested more than 64 levels deep"));
  CHECK(Read("\"" + std::string(200'000, 'x') + "\"").says() ==
        "The input has a string or number longer than 128 KiB.");
}

TEST_CASE("the first problem is the one reported") {
  const Read read(R"({"removals":[7],"options":5,"more":1})");
  CHECK(read.says() == "removals[0]: It must be an object with sequenceId and contactIds.");
}

TEST_CASE("ids of a document with a problem are accounted for, those of a broken one are not") {
  const Read refused(input_of(
      removal("A", 3) + "," + removal("A", 1) + R"(,{"contactIds":[)" + contacts(2) + "]}", "\"x\":1"));
  CHECK(refused.removals.requested == 6);
  CHECK(refused.removals.duplicates == 1);
  CHECK(refused.removals.invalid == 2);  // those without a sequence
  CHECK(refused.adds_up());
  const Read broken(removal("A", 3) + "x");
  CHECK(broken.removals.requested == 0);
  CHECK(broken.removals.contacts.empty());
  CHECK(broken.removals.sequences.empty());
}

TEST_CASE("a member that appears twice neither moves nor reads ids that do not exist") {
  const std::string twice =
      R"({"sequenceId":"A","contactIds":[)" + contacts(100) + R"(],"contactIds":[)" + contacts(1, 500) + "]}";
  const Read in_removals(input_of(removal("B", 1) + "," + twice + "," + removal("B", 2)));
  CHECK(in_removals.adds_up());
  const Read in_root(R"({"contactIds":[)" + contacts(50) + R"(],"removals":[)" + removal("B", 3) +
                     R"(],"sequenceId":"A","contactIds":[)" + contacts(2, 500) + R"(],"removals":[)" +
                     removal("A", 3) + "]}");
  CHECK(in_root.adds_up());
}

TEST_CASE("ids are trimmed and taken in any case; bad ones are reported by place") {
  std::string upper = contact(0xabcdef);
  for (char &c : upper) c = c >= 'a' ? static_cast<char>(c - 32) : c;
  const Read read(input_of(R"({"sequenceId":"\u00a0 A\ufeff","contactIds":["\t)" + contact(0xabcdef) +
                           R"(\n","\ufeff)" + upper + R"(\u00a0",null,5,true,["x"],{"a":1},""," \u00a0",")" +
                           contact(1).substr(1) + R"(","x"]})"));
  CHECK(read.says().empty());
  CHECK(read.removals.sequences.name_of(read.removals.sequences[0]) == "A");
  CHECK(read.removals.requested == 11);
  CHECK(read.removals.duplicates == 1);
  CHECK(read.removals.invalid == 9);
  CHECK(read.invalid_list() ==
        "0/2 not-text; 0/3 not-text; 0/4 not-text; 0/5 not-text; 0/6 not-text; 0/7 empty; 0/8 empty; "
        "0/9 not-a-uuid; 0/10 not-a-uuid; ");
}

TEST_CASE("a bad sequence id makes its contacts invalid") {
  for (const auto &[id, reason] : {std::pair<std::string, std::string>{"null", "not-text"},
                                   {"5", "not-text"},
                                   {R"({"a":1})", "not-text"},
                                   {R"("")", "empty"},
                                   {R"(" \u00a0")", "empty"},
                                   {R"(".")", "bad-sequence-id"},
                                   {R"(" .. ")", "bad-sequence-id"},
                                   {R"("sk_live_1")", "bad-sequence-id"},
                                   {"\"" + std::string(1025, 'x') + "\"", "bad-sequence-id"}}) {
    INFO(id);
    const Read read(input_of(removal("A", 2) + R"(,{"contactIds":["bad",)" + contacts(2) +
                             R"(],"sequenceId":)" + id + "}"));
    CHECK(read.says().empty());
    CHECK(read.removals.invalid == 3);
    CHECK(read.invalid_list() == "1/0 not-a-uuid; 1/null+2 " + reason + "; ");
    CHECK(read.removals.contacts.size() == 2);
    CHECK(read.adds_up());
  }
}

TEST_CASE("the same contact in two sequences is not a duplicate") {
  const Read read(input_of(removal("A", 2) + "," + removal("B", 2)));
  CHECK(read.removals.duplicates == 0);
  CHECK(read.removals.contacts.size() == 4);
}

TEST_CASE("there is room for all ids, wherever they are in the document") {
  std::string rows;
  for (unsigned i = 0; i < 3000; i++) rows += (i > 0 ? "," : "") + removal("A", 1, i);
  const std::string list = removal("C", 5000);
  for (const std::string &document :
       {input_of(rows + "," + list), input_of(list + "," + rows), input_of(rows), input_of(list), list}) {
    const Read read(document);
    const bool has_rows = document.find(rows) != document.npos,
               has_list = document.find(list) != document.npos;
    CHECK(read.says().empty());
    CHECK(read.removals.requested == (has_rows ? 3000u : 0u) + (has_list ? 5000u : 0u));
    CHECK(read.removals.contacts.size() == read.removals.requested);
  }
}

TEST_CASE("running out of memory anywhere is reported") {
  const std::string document = input_of(removal("A", 200) + R"(,{"sequenceId":"","contactIds":[1]},)" +
                                        removal("B", 3) + "," + removal("A", 3, 100));
  bool failed = true;
  int at = 0;
  for (; failed; at++) {
    Input input;
    {
      const FailingMemory failing(static_cast<uint64_t>(at), 1);
      read_input(document, 1, input);
      failed = failing.has_failed();
    }
    INFO(at);
    // A growth by less than double may have replaced the one that failed.
    if (!input.out_of_memory) CHECK(input.removals.contacts.size() == 203);
    if (!failed) CHECK_FALSE(input.out_of_memory);
  }
  CHECK(at > 5);
}

}  // namespace skipcall
