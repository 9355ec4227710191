#include "harmless_text.hpp"

#include "catch.hpp"

using skipcall::host::harmless_json;
using skipcall::host::harmless_text;
using skipcall::host::LineBreaks;

TEST_CASE("readable text stays as it is") {
  const std::string text = "Zoë's 序列 \xf0\x9f\x98\x80 \"a\" \\ \xef\xbf\xbd \xc2\xa0.";
  CHECK(harmless_text(text) == text);
}

TEST_CASE("control characters become question marks") {
  CHECK(harmless_text("a\x1b[31mb\x07\x7f") == "a?[31mb??");
  CHECK(harmless_text(std::string_view("a\0b", 3)) == "a?b");
  CHECK(harmless_text("\xc2\x80\xc2\x9b"
                      "2J\xc2\x9f") == "??2J?");
  CHECK(harmless_text("a\r\nb\tc") == "a??b?c");
  CHECK(harmless_text("a\r\nb\tc", LineBreaks::kept) == "a?\nb\tc");
}

TEST_CASE("invisible and reordering characters become question marks") {
  for (const char *character :
       {"\u00ad", "\u061c", "\u180e", "\u200b", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a",
        "\u202e", "\u2060", "\u2066", "\u2069", "\ufeff", "\ufff9", "\U000e0001", "\U000e007f"}) {
    CHECK(harmless_text(std::string("a") + character + "b") == "a?b");
  }
}

TEST_CASE("bytes that are not UTF-8 become a question mark each") {
  CHECK(harmless_text("\x9b"
                      "31m") == "?31m");
  CHECK(harmless_text("a\xe2\x82") == "a??");               // cut off
  CHECK(harmless_text("\xc1\x9b") == "??");                 // overlong
  CHECK(harmless_text("\xe0\x82\x9b") == "???");            // overlong
  CHECK(harmless_text("\xf0\x80\x82\x9b") == "????");       // overlong
  CHECK(harmless_text("\xed\xa0\x80") == "???");            // a surrogate
  CHECK(harmless_text("\xf4\x90\x80\x80\xff") == "?????");  // beyond Unicode
  CHECK(harmless_text("\xc2\x1b[2J") == "??[2J");
}

TEST_CASE("in JSON the same characters become escapes") {
  CHECK(harmless_json("{\n\t\"a\": \"\x7f\u009b\u202e\u200b\",\r\n\"b\":\"é\U000e0001\"}") ==
        "{\n\t\"a\": \"\\u007f\\u009b\\u202e\\u200b\", \n\"b\":\"é\\udb40\\udc01\"}");
  CHECK(harmless_json("\"\x1b]0;x\x07\x9b\"") == "\"\\u001b]0;x\\u0007\\ufffd\"");
}
