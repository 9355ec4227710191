#include "response_body.hpp"

#include <string>

#include "catch.hpp"

namespace skipcall {
namespace {

std::string nested(const std::string &open, unsigned count) {
  std::string text;
  for (unsigned i = 0; i < count; i++) text += open;
  return text;
}

}  // namespace

TEST_CASE("which bodies say how many were removed") {
  const std::pair<const char *, int64_t> cases[] = {
      // -1: no count
      {R"({"removed":2})", 2},
      {R"( {"a":{"removed":9},"removed":0,"b":[1]} )", 0},
      {R"({"removed":-0})", 0},
      {R"({"removed":9223372036854775807})", INT64_MAX},
      {R"({"removed":9223372036854775808})", -1},
      {R"({"removed":-1})", -1},
      {R"({"removed":2.5})", -1},
      {R"({"removed":"2"})", -1},
      {R"({"removed":null})", -1},
      {R"({"removed":true})", -1},
      {R"({"removed":[2]})", -1},
      {R"({"removed":{"removed":2}})", -1},
      {R"({"data":{"removed":2}})", -1},
      {R"({"error":{"removed":2}})", -1},
      {R"([{"removed":2}])", -1},
      {R"(["removed",2])", -1},
      {R"({"removed":2}x)", -1},
      {R"({"Removed":2})", -1},
      {"2", -1},
      {"", -1},
      {"<html>", -1},
      {R"({"removed":2,"removed":3})", -1},
      {R"({"removed":2,"removed":"3"})", -1},
      {R"({"removed":"3","removed":2})", -1},
      {R"({"removed":2,"removed":[]})", -1},
      {R"({"removed":{},"removed":2})", -1},
  };
  for (const auto &[text, count] : cases) {
    ResponseBody body;
    read_response_body(text, body);
    INFO(text);
    CHECK(body.has_removed == (count >= 0));
    CHECK(body.removed == static_cast<uint64_t>(count < 0 ? 0 : count));
  }
}

TEST_CASE("code and message of an error, in each form") {
  struct Case {
    std::string text, code, message;
  };
  const Case cases[] = {
      {R"({"error":{"code":"UNAUTHORIZED","message":"Invalid or revoked API key","status":401}})",
       "UNAUTHORIZED", "Invalid or revoked API key"},
      {R"({"code":"C","message":"m"})", "C", "m"},
      {R"({"code":"C","details":"d"})", "C", "d"},
      {R"({"code":"C","details":["d","e"]})", "C", "d; e"},
      {R"({"code":"C","details":"d","message":"m"})", "C", "m"},
      {R"({"statusCode":400,"message":"m","error":"Bad Request"})", "Bad Request", "m"},
      {R"({"statusCode":400,"message":["m","n"],"error":"Bad Request"})", "Bad Request", "m; n"},
      {R"({"message":["m",5,null,"n"]})", "", "m; n"},
      {R"({"error":{"message":["m","n"],"code":"C"},"other":"x"})", "C", "m; n"},
      {R"({"error":{"details":"d","cause":{"code":"inner","message":"inner"},"code":"C"}})", "C", "d"},
      {R"({"a":{"code":"inner","message":"inner"}})", "", ""},
      {R"({"a":[{"code":"inner","message":"inner"}],"code":"C"})", "C", ""},
      {R"({"error":["x"],"code":5,"message":{"a":"x"}})", "", ""},
      {R"({"code":"first","code":"second"})", "first", ""},
      {R"({"error":null})", "", ""},
      {R"("text")", "", ""},
      {R"(["text"])", "", ""},
      {"[]", "", ""},
      {"{}", "", ""},
      {"", "", ""},
      {"<html><body>502 Bad Gateway</body></html>", "", ""},
      {R"({"code":"C","message":"m")", "", ""},  // broken off
      {"{\"code\":\"C\",\"message\":\"\xff\"}", "", ""},
      {"{\"code\":\"C\",\"x\":" + nested("[", 64) + nested("]", 64) + "}", "", ""},  // too deep
      {R"({"message":"key sk_live_abc is bad","code":"sk_test_abc"})", "sk_test_***",
       "key sk_live_*** is bad"},
      {R"({"error":"sk_test_abc","details":"sk_live_abc"})", "sk_test_***", "sk_live_***"},
  };
  for (const Case &expected : cases) {
    ResponseBody body;
    read_response_body(expected.text, body);
    INFO(expected.text);
    CHECK(body.code.view() == expected.code);
    CHECK(body.message.view() == expected.message);
  }
}

TEST_CASE("code and message are cut between characters") {
  const std::string e = "\xc3\xa9";
  ResponseBody body;
  read_response_body(R"({"code":")" + nested(e, 65) + R"(","message":")" + nested(e, 501) + R"("})", body);
  CHECK(body.code.view() == nested(e, 64));
  CHECK(body.message.view() == nested(e, 500));
}

TEST_CASE("a long list is cut as a whole, and a key at the cut reveals nothing") {
  for (unsigned length = 470; length < 502; length++) {
    ResponseBody body;
    read_response_body(
        R"({"message":[")" + std::string(length, 'a') + R"(","sk_live_SECRET","sk_test_SECRET"]})", body);
    INFO(length);
    CHECK(body.message.size() <= 500);
    CHECK(body.message.view().find('S') == std::string_view::npos);
  }
  std::string many = R"({"message":["x")";
  for (int i = 0; i < 10'000; i++) many += ",\"xyz\"";
  ResponseBody body;
  read_response_body(many + "]}", body);
  CHECK(body.message.size() == 500);
}

}  // namespace skipcall
