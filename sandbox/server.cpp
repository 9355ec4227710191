#include "sandbox/server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "sandbox/connection.hpp"
#include "sandbox/error_body.hpp"

namespace skipcall::sandbox {
namespace {

constexpr int idle_ms = 120'000;      // kept connections, longer than a rate window
constexpr size_t max_body = 1 << 20;  // a request's; a hundred ids take 4 KB
constexpr int backlog = 128;          // the library asks for 5, and a full queue costs a client a second

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

// The request from its head as it came: the library would decode the target and some header values.
Request read_head(std::string_view head) {
  Request request;
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const size_t space = line.find(' ');
  request.method = line.substr(0, space);
  request.target = line.substr(space + 1, line.rfind(' ') - space - 1);
  for (size_t at = line.size() + 2; at < head.size();) {
    const size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view field = head.substr(at, end - at);
    const size_t colon = field.find(':');
    if (colon != field.npos) {
      request.headers.push_back(
          {std::string(field.substr(0, colon)), std::string(trim(field.substr(colon + 1)))});
    }
    at = end + 2;
  }
  return request;
}

// The bytes of the body that follow the head; nothing where they cannot be known, so that the connection must
// end.
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

// A body for what the library refuses by itself. The Api's own answers carry X-Sandbox and stay as they are.
httplib::Server::HandlerResponse explain_refusal(const httplib::Request &, httplib::Response &response) {
  if (response.has_header("X-Sandbox")) return httplib::Server::HandlerResponse::Unhandled;
  const Body body = make_error_body(ErrorBody::nested, response.status, "BAD_REQUEST",
                                    "the sandbox cannot read this as HTTP/1.1");
  response.set_content(body.text, body.content_type.c_str());
  return httplib::Server::HandlerResponse::Handled;
}

}  // namespace

// The library accepts, parses heads and writes answers; connections and bodies are handled here.
struct Server::Impl : httplib::Server {
  Impl(Api first_api, ServerOptions first_options)
      : api(std::move(first_api)), options(std::move(first_options)) {
    set_tcp_nodelay(true);
    set_keep_alive_max_count(1'000'000);  // written into the Keep-Alive header
    set_keep_alive_timeout(idle_ms / 1000);
    // Not the library's SO_REUSEPORT: two servers on one port would share its requests.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    new_task_queue = [this] { return new httplib::ThreadPool(options.connections); };
    set_pre_routing_handler([this](const httplib::Request &, httplib::Response &response) {
      answer(response);
      return HandlerResponse::Handled;
    });
    set_error_handler(HandlerWithResponse(explain_refusal));
  }

  void start() {
    if (options.port == 0) {
      bound_port = bind_to_any_port("127.0.0.1");
    } else {
      bound_port = bind_to_port("127.0.0.1", options.port) ? options.port : -1;
    }
    if (bound_port <= 0) {
      throw std::runtime_error("the sandbox cannot listen on 127.0.0.1:" + std::to_string(options.port));
    }
    ::listen(svr_sock_, backlog);
    listener = std::thread([this] { listen_after_bind(); });
    // stop() does nothing before the loop runs.
    while (!is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  void end() {
    {
      const std::lock_guard lock(mutex);
      if (stopping) return;
      stopping = true;
      for (const socket_t socket : sockets) ::shutdown(socket, SHUT_RDWR);
    }
    stopped.notify_all();
    stop();
    if (listener.joinable()) listener.join();
  }

  // Overrides the library's loop over the requests of one connection. Runs on a thread of its own pool.
  bool process_and_close_socket(socket_t socket) override {
    if (enter(socket)) {
      Connection connection(socket);
      current = &connection;
      bool closing = false;
      while (!closing && connection.next_request(idle_ms)) {
        const bool fine = process_request(connection, false, closing,
                                          [&connection](httplib::Request &) { connection.end_head(); });
        if (!fine || connection.dropped() || close_after) break;
      }
      current = nullptr;
      close_after = false;
      leave(socket);
    }
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return true;
  }

  bool enter(socket_t socket) {
    const std::lock_guard lock(mutex);
    if (stopping) return false;
    sockets.insert(socket);
    return true;
  }

  void leave(socket_t socket) {
    const std::lock_guard lock(mutex);
    sockets.erase(socket);
  }

  // False when the server ends before.
  bool sleep(uint32_t ms) {
    std::unique_lock lock(mutex);
    return !stopped.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping; });
  }

  void answer(httplib::Response &response) {
    Request request = read_head(current->head());
    const std::optional<size_t> size = body_size(request);
    if (!size) {
      close_after = true;
    } else if (!current->read_body(*size, request.body)) {
      current->drop();
      return;
    }
    Answer answer;
    {
      const std::lock_guard lock(mutex);
      answer = api.handle(request, unix_ms());
      if (options.log) {
        options.log({request.method, mask_keys(request.target), answer.status, answer.contacts, answer.lost});
      }
    }
    if (answer.lost) {
      current->drop();
      return;
    }
    if (answer.delay_ms != 0 && !sleep(answer.delay_ms)) {
      current->drop();
      return;
    }
    fill(response, std::move(answer));
  }

  void fill(httplib::Response &response, Answer answer) {
    response.status = answer.status;
    response.set_header("X-Sandbox", "skipcall");
    if (close_after) response.set_header("Connection", "close");
    std::string type;
    for (const Header &header : answer.headers) {
      if (header.name == "Content-Type") {
        type = header.value;
      } else {
        response.set_header(header.name, header.value);
      }
    }
    if (answer.body.empty()) return;
    if (answer.body_ms == 0 && !answer.chunked) {
      response.set_content(answer.body, type);
      return;
    }
    // In about ten parts, so that a slow body is slow all along and a chunked one has several chunks.
    const auto body = std::make_shared<const std::string>(std::move(answer.body));
    const size_t part_size = body->size() / 10 + 1;
    const auto pause_ms = static_cast<uint32_t>(answer.body_ms * part_size / body->size());
    const auto write_part = [this, body, part_size, pause_ms](size_t offset, httplib::DataSink &sink) {
      if (pause_ms != 0 && !sleep(pause_ms)) return false;
      return sink.write(body->data() + offset, std::min(part_size, body->size() - offset));
    };
    if (!answer.chunked) {
      response.set_content_provider(
          body->size(), type,
          [write_part](size_t offset, size_t, httplib::DataSink &sink) { return write_part(offset, sink); });
      return;
    }
    response.set_chunked_content_provider(type, [body, write_part](size_t offset, httplib::DataSink &sink) {
      if (offset < body->size()) return write_part(offset, sink);
      sink.done();
      return true;
    });
  }

  std::mutex mutex;  // for everything that follows, but `listener`, `options` and `bound_port`
  Api api;
  std::set<socket_t> sockets;
  bool stopping = false;
  std::condition_variable stopped;

  ServerOptions options;
  int bound_port = 0;
  std::thread listener;

  // One thread serves one connection at a time, and the library hands the handler no connection.
  static thread_local Connection *current;
  static thread_local bool close_after;
};

thread_local Connection *Server::Impl::current = nullptr;
thread_local bool Server::Impl::close_after = false;

Server::Server(Api api, ServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(api), std::move(options))) {
  impl_->start();
}

Server::~Server() {
  stop();
}

uint16_t Server::port() const {
  return static_cast<uint16_t>(impl_->bound_port);
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
