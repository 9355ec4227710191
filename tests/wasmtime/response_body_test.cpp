#include "response_body.hpp"

#include <zlib.h>

#include "action.h"
#include "catch.hpp"

using namespace skipcall::host;

static std::string gzip(const std::string &plain) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string coded(plain.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef *>(coded.data());
  stream.avail_out = static_cast<uInt>(coded.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  coded.resize(stream.total_out);
  deflateEnd(&stream);
  return coded;
}

TEST_CASE("a body without a coding is kept as it comes, up to the limit") {
  ResponseBody body(5);
  CHECK(body.add("abc") == ACTION_HTTP_OK);
  CHECK(body.is_whole());
  CHECK(body.add("de") == ACTION_HTTP_OK);
  CHECK(body.add("f") == ACTION_HTTP_TOO_LARGE);
  CHECK(body.text() == "abcde");
}

TEST_CASE("gzip is decoded, byte by byte or at once") {
  const std::string plain = std::string(100'000, 'a') + "the end";
  const std::string coded = gzip(plain) + gzip("") + gzip("!");
  const size_t piece = GENERATE(size_t{1}, size_t{7}, size_t{1} << 20);
  ResponseBody body(1 << 20);
  CHECK(body.set_coding(" GZip "));
  CHECK_FALSE(body.is_whole());
  for (size_t at = 0; at < coded.size(); at += piece) {
    CHECK(body.add(std::string_view(coded).substr(at, piece)) == ACTION_HTTP_OK);
  }
  CHECK(body.is_whole());
  CHECK(body.text() == plain + "!");
}

TEST_CASE("the limit counts decoded bytes") {
  ResponseBody body(1000);
  body.set_coding("gzip");
  CHECK(body.add(gzip(std::string(10'000'000, 'a'))) == ACTION_HTTP_TOO_LARGE);
  CHECK(body.text() == std::string(1000, 'a'));
}

TEST_CASE("no part of a coded body is whole") {
  const std::string coded = gzip("{\"removed\":2}");
  for (size_t length = 0; length < coded.size(); ++length) {
    ResponseBody body(1000);
    body.set_coding("gzip");
    CHECK(body.add(std::string_view(coded).substr(0, length)) == ACTION_HTTP_OK);
    CHECK_FALSE(body.is_whole());
  }
}

TEST_CASE("anything but gzip is refused") {
  ResponseBody body(1000);
  body.set_coding("gzip");
  CHECK(body.add("garbage") == ACTION_HTTP_PROTOCOL);
  CHECK_FALSE(ResponseBody(1).set_coding("br"));
  CHECK_FALSE(ResponseBody(1).set_coding("gzip, br"));
  CHECK(ResponseBody(1).set_coding("identity"));
}
