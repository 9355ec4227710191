#include "redaction.hpp"

#include "catch.hpp"
#include "failure.hpp"

namespace skipcall::cli {
namespace {

TEST_CASE("a made-up string has the shape of its original, and a different one for each") {
  MadeUpTexts texts;
  CHECK(texts.text("Spring 26/a") == "Aaaaaa 00/a");
  CHECK(texts.text("Autumn 27/b") == "Aaaaaa 00/b");
  CHECK(texts.text("Spring 26/a") == "Aaaaaa 00/a");
  CHECK(texts.text("../.%2f") == "../.%0a");
  CHECK(texts.text("\xc3\x9c") == "aa");
  CHECK(texts.text("") == "");
  CHECK(texts.text("A") == "A");
  CHECK(texts.text("B") == "B");
  CHECK(texts.text(" B\t") == " B\t");
  for (char c = 'C'; c <= 'Z'; ++c) CHECK(texts.text({c}) == std::string{c});
  MadeUpTexts few;
  for (char c = '0'; c <= '9'; ++c) few.text({c, '-'});
  CHECK_NOTHROW(few.text("5-"));
}

TEST_CASE("a UUID becomes a UUID, the same one whatever its case, and what is around it stays where it is") {
  MadeUpTexts texts;
  const std::string first = "aaaaaaaa-0000-4000-8000-000000000001";
  CHECK(texts.text("123e4567-e89b-12d3-a456-426614174000") == first);
  CHECK(texts.text("123E4567-E89B-12D3-A456-426614174000") == "AAAAAAAA-0000-4000-8000-000000000001");
  CHECK(texts.text(" {123e4567-e89b-12d3-a456-426614174000}\xe2\x80\x8b") == " {" + first + "}\xe2\x80\x8b");
  CHECK(texts.text("123e4567-e89b-12d3-a456-426614174001") == "aaaaaaaa-0000-4000-8000-000000000002");
}

TEST_CASE("of JSON only the values of strings change, and not those that tell the action what to do") {
  MadeUpTexts texts;
  CHECK(texts.json(R"({ "sequenceId":"x\u0041", "removed": 1,"removed":5.0, "onInvalid":"skip" })") ==
        R"({ "sequenceId":"aA", "removed": 1,"removed":5.0, "onInvalid":"skip" })");
  CHECK(texts.json(R"({"code":"NOT_FOUND","error":"Mrs 7","message":["Ada"]})") ==
        R"({"code":"NOT_FOUND","error":"Aaa 0","message":["Aaa"]})");
  CHECK(texts.json(R"({"ada@example.com":1})") == R"({"aaa@aaaaaaa.aaa":1})");
  CHECK(texts.json("<p>Ada</p>") == "<a>Aaa</a>");
}

TEST_CASE("a journal is redacted, except what paces its run") {
  host::JournalText journal;
  journal.head = {"ab",
                  {"remove_contacts", R"({"sequenceId":"Spring"})", 0, 7},
                  {{"skipcall", "https://a.test"}},
                  host::KeyFingerprint{},
                  "note"};
  host::JournalEvent event;
  event.kind = host::JournalEvent::Kind::http_done;
  event.response = {429, 0, 0, "Retry-After: 7\r\nX-RateLimit-Limit: 10\r\nX-Customer: Ada 9\r\n", "Ada", {}};
  event.announced = 1;
  journal.events = {event};
  const host::JournalText made_up = redacted(journal);
  CHECK(made_up.head.run.input == R"({"sequenceId":"Aaaaaa"})");
  CHECK(made_up.head.connections.at("skipcall") == "https://server.example");
  CHECK_FALSE(made_up.head.key);
  CHECK(made_up.head.note.empty());
  CHECK(made_up.events[0].response.headers ==
        "Retry-After: 7\r\nX-RateLimit-Limit: 10\r\nX-Customer: Aaa 0\r\n");
  CHECK(made_up.events[0].response.body == "Aaa");
  CHECK(made_up.events[0].response.status == 429);
  CHECK_FALSE(made_up.events[0].announced);
}

}  // namespace
}  // namespace skipcall::cli
