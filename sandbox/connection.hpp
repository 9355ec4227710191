// One persistent TCP connection of the server: reads the head of each request byte for byte and its body
// undecoded, and writes bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace skipcall::sandbox {

class Connection {
 public:
  // The socket is borrowed: whoever accepted it closes it.
  explicit Connection(int socket) : socket_(socket) {}

  // The request line and the header lines of the next request, each with its line end, without the empty line
  // after them. Nothing if the peer closed, sent no byte for idle_ms, or stopped midway. A head longer than
  // max_head is cut off, without its last line end.
  std::optional<std::string> read_head(int idle_ms);

  // Reads exactly `size` bytes. False if the peer stops before that.
  bool read_body(size_t size, std::string &body);

  // False if the peer is gone, or does not read.
  bool write(std::string_view bytes);

 private:
  bool fill(int timeout_ms);

  int socket_;
  std::string buffer_;  // received, not yet read
};

}  // namespace skipcall::sandbox
