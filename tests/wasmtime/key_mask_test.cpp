#include "key_mask.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include "catch.hpp"

using skipcall::host::KeyMask;

static const std::string key = "sk_test_0123+/456789";
static const std::string stars(key.size(), '*');

static std::string masked(std::string text, bool cut_off = false, std::string_view of = key) {
  const size_t length = text.size();
  KeyMask(of).apply(text, cut_off);
  CHECK(text.size() == length);
  return text;
}

TEST_CASE("a repeated key is overwritten wherever it is") {
  CHECK(masked("no key here") == "no key here");
  CHECK(masked("<" + key + "> and " + key) == "<" + stars + "> and " + stars);
  CHECK(masked("sk_test_" + key) == "sk_test_" + stars);
  CHECK(masked(key, false, "") == key);
}

TEST_CASE("a key in other case is overwritten") {
  CHECK(masked("SK_TEST_0123+/456789") == stars);
  CHECK(masked("Sk_Test_0123+/456789") == stars);
}

TEST_CASE("an escaped key is overwritten, whether all or some of it is escaped") {
  std::string percent, json, html, decimal, hex_escape;
  for (const char c : key) {
    char code[3];
    std::snprintf(code, sizeof code, "%02X", static_cast<unsigned>(c));
    percent += std::string("%") + code;
    json += std::string("\\u00") + code;
    hex_escape += std::string("\\x") + code;
    html += std::string("&#x") + code + ";";
    decimal += "&#" + std::to_string(int{c}) + ";";
  }
  for (const std::string &spelled :
       {percent, json, html, decimal, hex_escape, std::string("sk_test_0123%2B%2f456789"),
        std::string("sk_test_0123+\\/456789"), std::string("\\u0073k_test_0123%2b/456789")}) {
    CAPTURE(spelled);
    CHECK(masked("<" + spelled + ">") == "<" + std::string(spelled.size(), '*') + ">");
  }
  CHECK(masked("a&amp;b\\\\c%25d&lt;", false, "a&b\\c%d<") == std::string(18, '*'));
  CHECK(masked("%25abcdefg", false, "%25abcdefg") == std::string(10, '*'));
}

TEST_CASE("a key in hexadecimal digits is overwritten") {
  CHECK(masked("x736b5f746573745f303132332b2f343536373839y", false) == "x" + std::string(40, '*') + "y");
  CHECK(masked("736B5F746573745F303132332B2F343536373839", false) == std::string(40, '*'));
}

TEST_CASE("a key in base64 is overwritten, alone and inside something longer") {
  // "KEY", "Bearer KEY", "user:KEY", "a:KEY;b" by base64(1)
  for (const char *coded : {"c2tfdGVzdF8wMTIzKy80NTY3ODk=", "QmVhcmVyIHNrX3Rlc3RfMDEyMysvNDU2Nzg5",
                            "dXNlcjpza190ZXN0XzAxMjMrLzQ1Njc4OQ==", "YTpza190ZXN0XzAxMjMrLzQ1Njc4OTti"}) {
    std::string text = masked(std::string("<") + coded + ">");
    CAPTURE(text);
    CHECK(std::count(text.begin(), text.end(), '*') >= 27);
    CHECK(std::count(text.begin(), text.end(), '*') <= 28);
  }
  // 0xfb and the like become "-" and "_" in the alphabet for URLs.
  const std::string high = "~~~??\?>>>ooo";  // fn5-Pz8_Pj4-b29v
  CHECK(masked("fn5+Pz8/Pj4+b29v", false, high) == std::string(16, '*'));
  CHECK(masked("fn5-Pz8_Pj4-b29v", false, high) == std::string(16, '*'));
}

TEST_CASE("the beginning of a key is overwritten where a text was cut, in any spelling") {
  for (const char *part : {"sk_test_0123", "SK_T", "%73%6b%5f%74%65", "sk_test_0123%2", "sk_test_0123%",
                           "\\u0073k_t\\u00", "736b5f74", "c2tfdGVz"}) {
    CAPTURE(part);
    CHECK(masked(std::string("ends with ") + part, true) ==
          "ends with " + std::string(std::strlen(part), '*'));
    CHECK(masked(std::string("ends with ") + part, false) == std::string("ends with ") + part);
  }
  CHECK(masked("ends with sk_", true) == "ends with sk_");
  CHECK(masked("sk_t is no end", true) == "sk_t is no end");
}

TEST_CASE("an escape that is cut may begin with a character of the key") {
  for (const std::string spelled : {"a_key_&amp;%+rest", "a_key_&#38;%+rest", "a_key_&#x26;%+rest",
                                    "a_key_%26%25%2Brest", "a_key_\\u0026%+rest"}) {
    for (size_t length = 4; length <= spelled.size(); ++length) {
      CAPTURE(spelled.substr(0, length));
      CHECK(masked("ends with " + spelled.substr(0, length), true, "a_key_&%+rest") ==
            "ends with " + std::string(length, '*'));
    }
  }
}
