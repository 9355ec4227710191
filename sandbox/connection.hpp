// One kept TCP connection, as a stream for cpp-httplib. It keeps what the library does not give: the head of
// the request byte for byte, the body undecoded, and a way to end without an answer.
#pragma once

#include <httplib.h>

#include <cstddef>
#include <string>

namespace skipcall::sandbox {

class Connection : public httplib::Stream {
 public:
  // The socket is borrowed: whoever accepted it closes it.
  explicit Connection(socket_t socket) : socket_(socket) {}

  // Waits for the first byte of a request. Effect: a new head begins. False when the peer closed, or none
  // came for idle_ms.
  bool next_request(int idle_ms);

  // The request line and header lines read since next_request, as they came, until end_head().
  const std::string &head() const { return head_; }
  void end_head() { in_head_ = false; }

  // Reads exactly `size` bytes. False when the peer stops before.
  bool read_body(size_t size, std::string &body);

  // Nothing is written any more: the next write fails, so that the library gives the connection up.
  void drop() { dropped_ = true; }
  bool dropped() const { return dropped_; }

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char *data, size_t size) override;
  ssize_t write(const char *data, size_t size) override;
  void get_remote_ip_and_port(std::string &ip, int &port) const override;
  void get_local_ip_and_port(std::string &ip, int &port) const override;
  socket_t socket() const override { return socket_; }

 private:
  bool fill(int timeout_ms);

  socket_t socket_;
  std::string buffer_;  // received, not yet read
  size_t position_ = 0;
  std::string head_;
  bool in_head_ = false;
  bool dropped_ = false;
};

}  // namespace skipcall::sandbox
