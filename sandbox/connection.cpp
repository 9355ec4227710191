#include "sandbox/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace skipcall::sandbox {
namespace {

// For a peer that stops in the middle of a request, or does not read its response.
constexpr int stalled_ms = 10'000;
constexpr size_t max_head = 64 << 10;

bool wait_for(int socket, short events, int timeout_ms) {
  pollfd descriptor{socket, events, 0};
  int ready = 0;
  do {
    ready = ::poll(&descriptor, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

std::optional<std::string> Connection::read_head(int idle_ms) {
  if (buffer_.empty() && !fill(idle_ms)) return std::nullopt;
  for (;;) {
    // Empty lines before a request are ignored (RFC 9112, 2.2).
    while (buffer_.starts_with("\r\n")) buffer_.erase(0, 2);
    const size_t end = buffer_.find("\r\n\r\n");
    if (end != std::string::npos || buffer_.size() > max_head) {
      const size_t size = std::min(end == std::string::npos ? end : end + 2, max_head);
      std::string head = buffer_.substr(0, size);
      buffer_.erase(0, end == std::string::npos ? size : end + 4);
      return head;
    }
    if (!fill(stalled_ms)) return std::nullopt;
  }
}

bool Connection::read_body(size_t size, std::string &body) {
  while (buffer_.size() < size) {
    if (!fill(stalled_ms)) return false;
  }
  body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return true;
}

bool Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_for(socket_, POLLOUT, stalled_ms)) return false;
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno != EINTR && errno != EAGAIN) {
      return false;
    }
  }
  return true;
}

bool Connection::fill(int timeout_ms) {
  if (!wait_for(socket_, POLLIN, timeout_ms)) return false;
  char part[16384];
  ssize_t received = 0;
  do {
    received = ::recv(socket_, part, sizeof part, 0);
  } while (received < 0 && errno == EINTR);
  if (received <= 0) return false;
  buffer_.append(part, static_cast<size_t>(received));
  return true;
}

}  // namespace skipcall::sandbox
