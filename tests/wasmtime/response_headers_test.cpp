#include "response_headers.hpp"

#include "action.h"
#include "catch.hpp"

using skipcall::host::ResponseHeaders;

static std::string block_of(std::initializer_list<const char *> lines) {
  ResponseHeaders headers;
  for (const char *line : lines) CHECK(headers.add_line(line) == ACTION_HTTP_OK);
  return headers.block();
}

TEST_CASE("headers are kept in order, repeated ones as separate lines") {
  CHECK(block_of({"HTTP/1.1 200 OK\r\n", "Date: now\r\n", "X-A:1\r\n", "x-a:  2 \r\n", "\r\n"}) ==
        "Date: now\r\nX-A: 1\r\nx-a: 2\r\n");
}

TEST_CASE("an informational response's headers and trailers are dropped") {
  CHECK(block_of({"HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "A: b\r\n",
                  "\r\n", "Trailer-Line: t\r\n", "HTTP/1.1 200 OK\r\n"}) == "A: b\r\n");
}

TEST_CASE("continued lines are joined, lines without a name dropped") {
  CHECK(block_of({"HTTP/1.1 200 OK\r\n", "A: b\r\n", "  c\r\n", "nonsense\r\n", ": x\r\n", "E:\r\n",
                  "\r\n"}) == "A: b c\r\nE: \r\n");
  CHECK(block_of({"HTTP/1.1 200 OK\r\n", "A: b\rSet: c\r\n", "\r\n"}).empty());
}

TEST_CASE("a line whose name is not a token is left out, with its continuation") {
  CHECK(block_of({"HTTP/1.1 200 OK\r\n", "A: b\r\n", "X Y: 1\r\n", " 2\r\n", "X-Z : 3\r\n", "(C): 4\r\n",
                  "D\xc3\xa9: 5\r\n", "E: f\r\n", "\r\n"}) == "A: b\r\nE: f\r\n");
}

TEST_CASE("values are found in any case") {
  ResponseHeaders headers;
  for (const char *line : {"HTTP/1.1 200 OK", "Via: a", "X: y", "VIA:b, c"}) headers.add_line(line);
  CHECK(headers.values("via") == std::vector<std::string_view>{"a", "b, c"});
  CHECK(headers.values("vi").empty());
}

// The outcome of the empty line after these headers.
static uint32_t closed(std::initializer_list<const char *> lines,
                       const char *status = "HTTP/1.1 200 OK\r\n") {
  ResponseHeaders headers;
  CHECK(headers.add_line(status) == ACTION_HTTP_OK);
  for (const char *line : lines) CHECK(headers.add_line(line) == ACTION_HTTP_OK);
  return headers.add_line("\r\n");
}

TEST_CASE("lengths that contradict each other are refused") {
  CHECK(closed({"Content-Length: 5\r\n"}) == ACTION_HTTP_OK);
  CHECK(closed({"Content-Length: 5\r\n", "content-length: 5\r\n"}) == ACTION_HTTP_OK);
  CHECK(closed({"Transfer-Encoding: chunked\r\n"}) == ACTION_HTTP_OK);
  CHECK(closed({"Content-Length: 5\r\n", "content-length: 50\r\n"}) == ACTION_HTTP_PROTOCOL);
  CHECK(closed({"Content-Length: 5, 50\r\n"}) == ACTION_HTTP_PROTOCOL);
  CHECK(closed({"Content-Length: 5\r\n", " 0\r\n"}) == ACTION_HTTP_PROTOCOL);
  for (const char *length : {"Content-Length: -5", "Content-Length: +5", "Content-Length: 0x5",
                             "Content-Length: 5a", "Content-Length:"}) {
    CHECK(closed({length}) == ACTION_HTTP_PROTOCOL);
  }
  CHECK(closed({"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) == ACTION_HTTP_PROTOCOL);
  CHECK(closed({"transfer-encoding: Chunked\r\n"}) == ACTION_HTTP_OK);
  for (const char *coding : {"gzip, chunked", "chunked, chunked", "identity", "xchunked", ""}) {
    CHECK(closed({("Transfer-Encoding: " + std::string(coding)).c_str()}) == ACTION_HTTP_PROTOCOL);
  }
  CHECK(closed({"Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n"}) == ACTION_HTTP_PROTOCOL);
  CHECK(closed({"Content-Length: 5\r\n", "Content-Length: 6\r\n"}, "HTTP/1.1 103 Early Hints\r\n") ==
        ACTION_HTTP_OK);
}

TEST_CASE("a change of protocol is refused") {
  CHECK(ResponseHeaders().add_line("HTTP/1.1 101 Switching Protocols\r\n") == ACTION_HTTP_PROTOCOL);
}

TEST_CASE("a block over 64 KiB is cut and reported") {
  ResponseHeaders headers;
  CHECK(headers.add_line("HTTP/1.1 200 OK\r\n") == ACTION_HTTP_OK);
  std::string line = "X: " + std::string(60000, 'x') + "\r\n";
  CHECK(headers.add_line(line) == ACTION_HTTP_OK);
  CHECK(headers.add_line(line) == ACTION_HTTP_TOO_LARGE);
  CHECK(headers.block() == line);
}

TEST_CASE("what is not kept is counted too") {
  const std::string line = "X: " + std::string(10000, 'x') + "\r\n";
  ResponseHeaders headers;
  size_t lines = 0;
  SECTION("trailers") {
    headers.add_line("HTTP/1.1 200 OK\r\n");
    headers.add_line("\r\n");
    while (lines < 100 && headers.add_line(line) == ACTION_HTTP_OK) ++lines;
  }
  SECTION("responses before the final one") {
    while (lines < 100 && headers.add_line("HTTP/1.1 103 Early Hints\r\n") == ACTION_HTTP_OK &&
           headers.add_line(line) == ACTION_HTTP_OK && headers.add_line("\r\n") == ACTION_HTTP_OK) {
      ++lines;
    }
  }
  SECTION("lines without a name") {
    headers.add_line("HTTP/1.1 200 OK\r\n");
    while (lines < 100 && headers.add_line(std::string(10000, 'x')) == ACTION_HTTP_OK) ++lines;
  }
  CHECK(lines >= 10);
  CHECK(lines < 20);
}
