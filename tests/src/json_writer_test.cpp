#include "json_writer.hpp"

#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"

namespace skipcall {

TEST_CASE("values are separated as they must be") {
  Text out;
  JsonWriter json(out);
  json.start_object().key("a").start_array().end_array().key("b").start_object().end_object();
  json.key("c").start_array().null().boolean(true).boolean(false).number(0).number(UINT64_MAX);
  json.start_array().start_array().end_array().end_array().string("").end_array();
  json.key("d").string_or_null("").key("e").string_or_null("x").end_object();
  CHECK(out.view() ==
        R"({"a":[],"b":{},"c":[null,true,false,0,18446744073709551615,[[]],""],"d":null,"e":"x"})");
  CHECK(nlohmann::ordered_json::parse(out.view()).dump() == out.view());
}

TEST_CASE("strings are escaped as by nlohmann's dump") {
  std::string all;
  for (int c = 0; c < 128; c++) all += static_cast<char>(c);
  for (const std::string &text : {all, std::string("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xef\xbf\xbf"),
                                  std::string("</script>\\\"")}) {
    Text out;
    JsonWriter(out).string(text);
    CHECK(out.view() == nlohmann::json(text).dump());
  }
}

TEST_CASE("a raw string is filled by the caller") {
  Text out;
  JsonWriter json(out);
  json.start_array();
  for (int i = 0; i < 2; i++) std::memcpy(json.raw_string(3), "abc", 3);
  json.end_array();
  CHECK(out.view() == R"(["abc","abc"])");
}

}  // namespace skipcall
