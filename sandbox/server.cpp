#include "sandbox/server.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "sandbox/connection.hpp"
#include "sandbox/error_body.hpp"

namespace skipcall::sandbox {
namespace {

constexpr int idle_ms = 120'000;      // kept connections, longer than a rate window
constexpr size_t max_body = 1 << 20;  // a request's; a hundred ids take 4 KB
constexpr int backlog = 128;          // a full queue costs a client a second

uint64_t unix_ms() {
  using namespace std::chrono;
  static const auto wall = system_clock::now();
  static const auto start = steady_clock::now();
  const auto now = wall + (steady_clock::now() - start);
  return static_cast<uint64_t>(duration_cast<milliseconds>(now.time_since_epoch()).count());
}

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The request without its body; nothing if the head is not HTTP/1.1.
std::optional<Request> read_request(std::string_view head) {
  if (!head.ends_with("\r\n")) return std::nullopt;
  Request request;
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == line.npos || first == last || !line.substr(last + 1).starts_with("HTTP/1."))
    return std::nullopt;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  for (size_t at = line.size() + 2; at < head.size();) {
    const size_t end = head.find("\r\n", at);
    const std::string_view field = head.substr(at, end - at);
    const std::string_view name = field.substr(0, field.find(':'));
    if (name.empty() || name == field || name.find_first_of(" \t") != name.npos) return std::nullopt;
    request.headers.push_back({std::string(name), std::string(trim(field.substr(name.size() + 1)))});
    at = end + 2;
  }
  return request;
}

// The size of the body that follows the head; nothing if it cannot be known, so that the connection must be
// closed.
std::optional<size_t> body_size(const Request &request) {
  if (find_header(request.headers, "Transfer-Encoding") != nullptr) return std::nullopt;
  const std::string *length = find_header(request.headers, "Content-Length");
  if (length == nullptr) return 0;
  const bool digits =
      !length->empty() && length->size() < 8 && length->find_first_not_of("0123456789") == std::string::npos;
  if (!digits || count_headers(request.headers, "Content-Length") > 1) return std::nullopt;
  const size_t size = std::stoul(*length);
  return size <= max_body ? std::optional(size) : std::nullopt;
}

bool wants_close(const Request &request) {
  const std::string *connection = find_header(request.headers, "Connection");
  return connection != nullptr && *connection == "close";
}

std::string response_head(const Response &response, bool closing) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason_phrase(response.status);
  head += "\r\n";
  for (const Header &header : response.headers) head += header.name + ": " + header.value + "\r\n";
  if (response.chunked && !response.body.empty()) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (response.status != 204) {
    head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  if (closing) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string as_chunk(std::string_view part) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", part.size());
  return std::string(size).append(part).append("\r\n");
}

Response unreadable() {
  Body body =
      make_error_body(ErrorBody::nested, 400, "BAD_REQUEST", "the sandbox cannot read this as HTTP/1.1");
  Response response;
  response.status = 400;
  response.headers = {{"Content-Type", std::move(body.content_type)}};
  response.body = std::move(body.text);
  return response;
}

}  // namespace

// One thread for each connection that may be served at once; each accepts a connection, serves it to its end,
// and accepts the next.
struct Server::Impl {
  Impl(Api first_api, ServerOptions first_options)
      : api(std::move(first_api)), options(std::move(first_options)) {
    listen();
    try {
      for (unsigned i = 0; i < options.connections; ++i) threads.emplace_back([this] { accept_all(); });
    } catch (const std::system_error &) {  // a limit on memory or on threads
      end();
      throw std::runtime_error(
          "no threads can be started; is there a limit on memory or processes (ulimit -v, ulimit -u)?");
    }
  }

  void listen() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const int yes = 1;
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
        ::listen(listener, backlog) != 0) {
      ::close(listener);
      throw std::runtime_error("the sandbox cannot listen on 127.0.0.1:" + std::to_string(options.port));
    }
    ::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
    bound_port = ntohs(address.sin_port);
  }

  void end() {
    {
      const std::lock_guard lock(mutex);
      if (stopping) return;
      stopping = true;
      for (const int socket : sockets) ::shutdown(socket, SHUT_RDWR);
    }
    stopped.notify_all();
    ::shutdown(listener, SHUT_RDWR);
    for (std::thread &thread : threads) thread.join();
    ::close(listener);
  }

  void accept_all() {
    for (;;) {
      const int socket = accept_next();
      if (socket >= 0) {
        const int yes = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        if (enter(socket)) serve(socket);
        leave(socket);
      } else if (!sleep(10)) {  // out of descriptors, or stopping
        return;
      }
    }
  }

  // One thread at a time: a descriptor is already taken while a call waits.
  int accept_next() {
    const std::lock_guard lock(accepting);
    return ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  }

  void serve(int socket) {
    Connection connection(socket);
    while (const std::optional<std::string> head = connection.read_head(idle_ms)) {
      std::optional<Request> request = read_request(*head);
      if (!request) {
        const Response refusal = unreadable();
        connection.write(response_head(refusal, true) + refusal.body);
        return;
      }
      const std::optional<size_t> size = body_size(*request);
      const bool closing = !size || wants_close(*request);
      if (find_header(request->headers, "Expect") != nullptr)
        connection.write("HTTP/1.1 100 Continue\r\n\r\n");
      if (size && !connection.read_body(*size, request->body)) return;
      if (!respond(connection, *request, closing) || closing) return;
    }
  }

  // False if the connection must be closed.
  bool respond(Connection &connection, const Request &request, bool closing) {
    Response response;
    {
      const std::lock_guard lock(mutex);
      response = api.handle(request, unix_ms());
      if (options.log) {
        options.log(
            {request.method, mask_keys(request.target), response.status, response.contacts, response.lost});
      }
    }
    if (response.lost || (response.delay_ms != 0 && !sleep(response.delay_ms))) return false;
    const std::string head = response_head(response, closing);
    if (response.body.empty()) return connection.write(head);
    if (response.body_ms == 0 && !response.chunked) return connection.write(head + response.body);
    return connection.write(head) && write_in_parts(connection, response);
  }

  // In about ten parts, so that a slow body is slow throughout and a chunked one has several chunks.
  bool write_in_parts(Connection &connection, const Response &response) {
    const size_t part_size = response.body.size() / 10 + 1;
    const auto pause_ms = static_cast<uint32_t>(response.body_ms * part_size / response.body.size());
    for (size_t at = 0; at < response.body.size(); at += part_size) {
      if (pause_ms != 0 && !sleep(pause_ms)) return false;
      const std::string_view part = std::string_view(response.body).substr(at, part_size);
      if (!connection.write(response.chunked ? as_chunk(part) : std::string(part))) return false;
    }
    return !response.chunked || connection.write("0\r\n\r\n");
  }

  bool enter(int socket) {
    const std::lock_guard lock(mutex);
    sockets.insert(socket);
    return !stopping;
  }

  void leave(int socket) {
    const std::lock_guard lock(mutex);
    sockets.erase(socket);
    ::close(socket);
  }

  // False if the server stops first.
  bool sleep(uint32_t ms) {
    std::unique_lock lock(mutex);
    return !stopped.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping; });
  }

  std::mutex accepting;
  std::mutex mutex;  // for the next four
  Api api;
  std::set<int> sockets;
  bool stopping = false;
  std::condition_variable stopped;

  const ServerOptions options;
  int listener = -1;
  uint16_t bound_port = 0;
  std::vector<std::thread> threads;
};

Server::Server(Api api, ServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(api), std::move(options))) {}

Server::~Server() {
  stop();
}

uint16_t Server::port() const {
  return impl_->bound_port;
}

std::string Server::base_url() const {
  return "http://127.0.0.1:" + std::to_string(port());
}

void Server::inspect(const std::function<void(Api &)> &look) {
  const std::lock_guard lock(impl_->mutex);
  look(impl_->api);
}

void Server::stop() {
  impl_->end();
}

}  // namespace skipcall::sandbox
