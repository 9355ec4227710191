#include "response_headers.hpp"

#include "catch.hpp"

using skipcall::host::ResponseHeaders;

static std::string block_of(std::initializer_list<const char *> lines) {
  ResponseHeaders headers;
  for (const char *line : lines) CHECK(headers.add_line(line));
  return headers.block();
}

TEST_CASE("headers are kept in order, repeated ones as lines of their own") {
  CHECK(block_of({"HTTP/1.1 200 OK\r\n", "Date: now\r\n", "X-A:1\r\n", "x-a:  2 \r\n", "\r\n"}) ==
        "Date: now\r\nX-A: 1\r\nx-a: 2\r\n");
  CHECK(block_of({"HTTP/2 200\r\n", "date: now\r\n", "\r\n"}) == "date: now\r\n");
}

TEST_CASE("an informational answer's headers and trailers are dropped") {
  CHECK(block_of({"HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "A: b\r\n",
                  "\r\n", "Trailer-Line: t\r\n", "HTTP/1.1 200 OK\r\n"}) == "A: b\r\n");
}

TEST_CASE("continued lines are joined, lines without a name dropped") {
  CHECK(block_of({"HTTP/1.1 200 OK\r\n", "A: b\r\n", "  c\r\n", "nonsense\r\n", ": x\r\n", "E:\r\n",
                  "\r\n"}) == "A: b c\r\nE: \r\n");
  CHECK(block_of({"HTTP/1.1 200 OK\r\n", "A: b\rSet: c\r\n", "\r\n"}).empty());
}

TEST_CASE("a block over 64 KiB is cut and reported") {
  ResponseHeaders headers;
  CHECK(headers.add_line("HTTP/1.1 200 OK\r\n"));
  std::string line = "X: " + std::string(60000, 'x') + "\r\n";
  CHECK(headers.add_line(line));
  CHECK_FALSE(headers.add_line(line));
  CHECK(headers.block() == line);
}
