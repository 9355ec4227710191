// The headers of a response, collected line by line as an HTTP library delivers them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace skipcall::host {

// Keeps the final response's lines only: a 1xx before it, and trailers after it, are dropped but counted.
class ResponseHeaders {
 public:
  // One line with or without its line end: a status line, a header, or the empty line that closes the
  // headers. A header whose name is not a token, or that holds CR or NUL, is left out. Result:
  // ACTION_HTTP_OK, or why reading stops: TOO_LARGE, over 64 KiB of headers, or 128 KiB with those of 1xx
  // responses and trailers; PROTOCOL, a 101, or lengths that contradict each other.
  uint32_t add_line(std::string_view line);

  // Whether the empty line that ends the final response's headers has arrived.
  bool is_complete() const { return closed_ && !informational_; }
  // name ": " value CRLF, in order, repeated headers as lines of their own.
  const std::string &block() const { return block_; }
  // The values of a header, in order. name: in lower case. Lent until the next line.
  std::vector<std::string_view> values(std::string_view name) const;

 private:
  uint32_t add_header(std::string_view line);
  bool lengths_agree() const;

  std::string block_;
  size_t seen_bytes_ = 0;
  bool closed_ = false;
  bool informational_ = false;
  bool kept_last_ = false;
};

}  // namespace skipcall::host
