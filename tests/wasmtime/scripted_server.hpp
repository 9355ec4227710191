// A server on 127.0.0.1 that answers byte for byte as a test says: right, odd or broken HTTP.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace skipcall::host {

class ScriptedServer {
 public:
  // Returns the bytes to send for a whole request (head and body). If they hold "Connection: keep-alive", the
  // connection stays open afterwards; otherwise it is closed.
  using Script = std::function<std::string(const std::string &request)>;

  // certificate: generated, and trusted only by those who read certificate_pem(); otherwise plain http.
  explicit ScriptedServer(Script script, bool tls = false);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer &) = delete;
  ScriptedServer &operator=(const ScriptedServer &) = delete;

  std::string url() const;
  int port() const { return port_; }
  int connections() const { return connections_; }
  std::vector<std::string> requests() const;
  // What the last client offered by ALPN (RFC 7301), in its order; this server accepts none of it.
  std::vector<std::string> offered_protocols() const;
  const std::string &certificate_pem() const { return certificate_pem_; }
  // Connections are closed before a byte is read.
  void close_at_once() { closes_at_once_ = true; }
  // Refuses new connections from now on; open ones stay.
  void refuse_connections();
  // Ends a script that sleeps.
  bool stopping() const { return stop_; }

 private:
  void accept_all();
  void serve(int client);
  void note_offer(std::string_view list);

  Script script_;
  void *tls_ = nullptr;  // SSL_CTX
  std::string certificate_pem_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<bool> closes_at_once_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::string> offered_protocols_;
  std::vector<std::thread> clients_;
  std::vector<int> sockets_;
  std::thread acceptor_;
};

// A whole response with a Content-Length, on a connection that stays open.
std::string http_response(const std::string &status, const std::string &body,
                          const std::string &headers = {});

}  // namespace skipcall::host
