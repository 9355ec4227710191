#include "sandbox/message.hpp"

#include "catch.hpp"

using namespace skipcall::sandbox;

TEST_CASE("headers are found whatever the case of their name") {
  const std::vector<Header> headers = {{"X-One", "1"}, {"x-two", "2"}, {"X-TWO", "3"}};
  REQUIRE(find_header(headers, "x-ONE") != nullptr);
  CHECK(*find_header(headers, "x-ONE") == "1");
  CHECK(*find_header(headers, "X-Two") == "2");
  CHECK(find_header(headers, "X-On") == nullptr);
  CHECK(find_header(headers, "X-One2") == nullptr);
  CHECK(count_headers(headers, "X-Two") == 2);
  CHECK(count_headers(headers, "X-Three") == 0);
}

TEST_CASE("keys are masked wherever they are") {
  CHECK(mask_keys("/a?k=sk_live_aZ9_-x&b sk_test_1") == "/a?k=sk_live_***&b sk_test_***");
  CHECK(mask_keys("sk_test_") == "sk_test_***");
  CHECK(mask_keys("sk_tes_abc sk_other_1") == "sk_tes_abc sk_other_1");
  CHECK(mask_keys("").empty());
}
