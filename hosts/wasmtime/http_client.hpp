// Sends the module's requests by libcurl's multi interface: many at once, over kept connections. One thread,
// no callbacks into the caller: responses are fetched.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connections.hpp"
#include "http.hpp"

namespace skipcall::host {

struct HttpLimits {
  std::chrono::milliseconds timeout{60000};  // if a request names none; if it does, at most 10 minutes
  std::chrono::milliseconds connect_timeout{15000};
  uint64_t response_bytes = 1u << 20;  // if a request names none; if it does, at most 16 MiB
};

class HttpClient {
 public:
  // connections: taken over. ca_file: a bundle of trusted certificates; empty: CURL_CA_BUNDLE, SSL_CERT_FILE
  // or the system's. Proxies come from the environment as with curl; none for loopback. Throws Internal.
  explicit HttpClient(Connections connections, HttpLimits limits = {}, std::string ca_file = {});
  ~HttpClient();
  HttpClient(const HttpClient &) = delete;
  HttpClient &operator=(const HttpClient &) = delete;

  const Connections &connections() const;

  // Starts a request; exchange is the caller's number for it. Never fails: a refusal (DENIED, NO_CREDENTIAL)
  // is a response too.
  void send(uint32_t exchange, const HttpRequest &request);

  // Waits at most `wait` for responses, and returns all that have arrived, in order of arrival.
  std::vector<std::pair<uint32_t, HttpResponse>> receive(std::chrono::milliseconds wait);

  // Gives up an exchange, which then gets no response. True: certainly no byte of it had been sent.
  bool abandon(uint32_t exchange);

  // Exchanges that have no response yet, by number.
  std::vector<uint32_t> open() const;
  // The size of their requests' bodies.
  uint64_t open_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skipcall::host
