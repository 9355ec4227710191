// The sandbox behind HTTP/1.1 on the loopback interface.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sandbox/api.hpp"

namespace skipcall::sandbox {

// One answered request, for a log. Never holds a key: what looks like one in the target is masked.
struct LogLine {
  std::string method;
  std::string target;
  int status = 0;
  uint32_t contacts = 0;
  bool lost = false;  // done, but the response was discarded
};

struct ServerOptions {
  uint16_t port = 0;                         // 0: a free one
  unsigned connections = 128;                // served at once; more wait
  std::function<void(const LogLine &)> log;  // called from the server's threads, one at a time; may be empty
};

// Serves from construction to destruction. Prints nothing.
class Server {
 public:
  // Binds 127.0.0.1 and starts. The api is moved in. Throws std::runtime_error if the port cannot be bound.
  explicit Server(Api api = Api(), ServerOptions options = {});
  ~Server();
  Server(const Server &) = delete;
  Server &operator=(const Server &) = delete;

  uint16_t port() const;
  // "http://127.0.0.1:PORT", without a slash at the end.
  std::string base_url() const;

  // Looks at the Api, or changes its switches, between two requests. `look` must not call the server.
  void inspect(const std::function<void(Api &)> &look);

  // Closes every connection and ends. Idempotent.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace skipcall::sandbox
