// One kept TCP connection of the server: the head of each request byte for byte, its body undecoded, and
// bytes out.
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
  // behind them. Nothing when the peer closed, sent no byte for idle_ms, or stopped in the middle. A head
  // that is longer than max_head comes cut off, without its last line end.
  std::optional<std::string> read_head(int idle_ms);

  // Reads exactly `size` bytes. False when the peer stops before.
  bool read_body(size_t size, std::string &body);

  // False when the peer is gone, or does not read.
  bool write(std::string_view bytes);

 private:
  bool fill(int timeout_ms);

  int socket_;
  std::string buffer_;  // received, not yet read
};

}  // namespace skipcall::sandbox
