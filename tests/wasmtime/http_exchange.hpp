// One exchange of the HTTP client with a test's own server.
#pragma once
#include <chrono>
#include <cstdlib>
#include <string>

#include "action.h"
#include "catch.hpp"
#include "http_client.hpp"
#include "scripted_server.hpp"
#include "temporary_directory.hpp"

namespace skipcall::host {

inline const std::string key = "sk_test_0123456789abcdef";

// The machine's own proxy must not come between these tests and their servers.
inline const bool without_proxies = [] {
  for (const char *name :
       {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
    ::unsetenv(name);
  }
  return true;
}();

// libcurl looks for it when it starts, once per process.
inline const TemporaryDirectory key_log_place;
inline const std::string key_log = [] {
  std::string file = (key_log_place.path() / "keys.log").string();
  ::setenv("SSLKEYLOGFILE", file.c_str(), 1);
  return file;
}();

inline HttpRequest a_request() {
  HttpRequest request;
  request.timeout_ms = 5000;
  request.response_limit = 1000;
  request.connection = "test";
  request.method = "DELETE";
  request.target = "/v1/items?x=1";
  request.headers = "Content-Type: application/json\r\nX-Empty:\r\n";
  request.body = std::string("{\"a\":\"\0\xc3\xa4\r\n\"}", 14);
  return request;
}

inline Connection to(const std::string &base) {
  return Connection("test", base, SecretString(key));
}

inline HttpResponse exchange(HttpClient &http, const HttpRequest &request) {
  http.send(1, request);
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline) {
    for (auto &[number, response] : http.receive(std::chrono::milliseconds(100))) {
      CHECK(number == 1);
      CHECK(http.open().empty());
      return response;
    }
  }
  FAIL("no response");
  return {};
}

inline HttpResponse exchange(const ScriptedServer &server, const HttpRequest &request = a_request()) {
  HttpClient http(to(server.url()));
  return exchange(http, request);
}

}  // namespace skipcall::host
