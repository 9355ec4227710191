#include "mask.hpp"

#include <string>

#include "catch.hpp"

namespace skipcall {
namespace {

std::string masked(std::string_view text, size_t characters = 1000) {
  Text out;
  REQUIRE(append_masked(out, text, characters));
  return std::string(out.view());
}

}  // namespace

TEST_CASE("anything like a key is masked") {
  CHECK(masked("key sk_live_abcDEF-1_2, sk_test_x.") == "key sk_live_***, sk_test_***.");
  CHECK(masked("sk_live_") == "sk_live_***");
  CHECK(masked("xsk_test_1y") == "xsk_test_***");
  CHECK(masked("sk_sk_live_1") == "sk_sk_live_***");
  CHECK(masked("sk_live_sk_test_1") == "sk_live_***");
  CHECK(masked("sk_prod_1 SK_LIVE_1") == "sk_prod_1 SK_LIVE_1");
}

TEST_CASE("a text has an API key where a word of it begins like one") {
  for (const std::string_view with : {"sk_live_1", "Bearer sk_test_1", "key:sk_live_", "\xc3\xa9sk_test_1"}) {
    INFO(with);
    CHECK(has_api_key(with));
  }
  for (const std::string_view without :
       {"", "sk_", "sk_lives", "sk_prod_1", "sk_livesk_test", "helpdesk_live_2026", "task_test_1"}) {
    INFO(without);
    CHECK_FALSE(has_api_key(without));
  }
}

TEST_CASE("masking a masked text changes nothing") {
  const std::string once = masked("a sk_live_secret b");
  CHECK(masked(once) == once);
}

TEST_CASE("a text is cut between characters, never inside one") {
  CHECK(masked("", 5).empty());
  CHECK(masked("abc", 0).empty());
  CHECK(masked("abc", 2) == "ab");
  CHECK(masked("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z", 2) == "\xc3\xa9\xe2\x82\xac");
  CHECK(masked("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z", 3) == "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST_CASE("a key at the cut reveals nothing, and the cut is kept") {
  const std::string text = "ab sk_live_SECRET and more";
  for (size_t characters = 0; characters <= text.size(); characters++) {
    const std::string out = masked(text, characters);
    INFO(characters << ' ' << out);
    CHECK(out.size() <= characters);
    CHECK(out.find('S') == std::string::npos);
  }
  CHECK(masked(text, 14) == "ab sk_live_***");
  CHECK(masked(text, 15) == "ab sk_live_*** ");
}

}  // namespace skipcall
