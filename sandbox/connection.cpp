#include "sandbox/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace skipcall::sandbox {
namespace {

// For a peer that stops in the middle of a request, or does not read its answer.
constexpr int stalled_ms = 10'000;

bool wait_for(socket_t socket, short events, int timeout_ms) {
  pollfd descriptor{socket, events, 0};
  int ready = 0;
  do {
    ready = ::poll(&descriptor, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

bool Connection::next_request(int idle_ms) {
  head_.clear();
  in_head_ = true;
  return !dropped_ && (position_ < buffer_.size() || fill(idle_ms));
}

bool Connection::read_body(size_t size, std::string &body) {
  body.clear();
  while (body.size() < size) {
    if (position_ == buffer_.size() && !fill(stalled_ms)) return false;
    const size_t part = std::min(size - body.size(), buffer_.size() - position_);
    body.append(buffer_, position_, part);
    position_ += part;
  }
  return true;
}

bool Connection::fill(int timeout_ms) {
  if (!wait_for(socket_, POLLIN, timeout_ms)) return false;
  buffer_.resize(16384);
  position_ = 0;
  ssize_t received = 0;
  do {
    received = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
  } while (received < 0 && errno == EINTR);
  buffer_.resize(received > 0 ? static_cast<size_t>(received) : 0);
  return received > 0;
}

bool Connection::is_readable() const {
  return position_ < buffer_.size() || wait_for(socket_, POLLIN, stalled_ms);
}

bool Connection::is_writable() const {
  return !dropped_ && wait_for(socket_, POLLOUT, stalled_ms);
}

ssize_t Connection::read(char *data, size_t size) {
  if (position_ == buffer_.size() && !fill(stalled_ms)) return 0;
  const size_t part = std::min(size, buffer_.size() - position_);
  std::memcpy(data, buffer_.data() + position_, part);
  position_ += part;
  if (in_head_) head_.append(data, part);
  return static_cast<ssize_t>(part);
}

ssize_t Connection::write(const char *data, size_t size) {
  if (!is_writable()) return -1;
  return ::send(socket_, data, size, MSG_NOSIGNAL);
}

// Loopback only, so nobody needs to be told.
void Connection::get_remote_ip_and_port(std::string &ip, int &port) const {
  ip = "127.0.0.1";
  port = 0;
}

void Connection::get_local_ip_and_port(std::string &ip, int &port) const {
  get_remote_ip_and_port(ip, port);
}

}  // namespace skipcall::sandbox
