// The headers of an answer, collected line by line as an HTTP library hands them over.
#pragma once
#include <string>
#include <string_view>

namespace skipcall::host {

// Keeps the last answer's lines only: a 1xx before it, and trailers behind it, are dropped.
class ResponseHeaders {
 public:
  // One line with or without its line end: a status line, a header, or the empty line that closes the
  // headers. False: the block has passed 64 KiB, the ABI's limit; the line is not kept.
  bool add_line(std::string_view line);

  // name ": " value CRLF, in order, repeated headers as lines of their own.
  const std::string &block() const { return block_; }

 private:
  std::string block_;
  bool closed_ = false;
  bool informational_ = false;
};

}  // namespace skipcall::host
