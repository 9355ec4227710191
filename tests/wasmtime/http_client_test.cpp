#include "http_client.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "action.h"
#include "catch.hpp"
#include "scripted_server.hpp"
#include "temporary_directory.hpp"

using namespace skipcall::host;
using namespace std::chrono_literals;

static const std::string key = "sk_test_0123456789abcdef";

// The machine's own proxy must not stand between these tests and their servers.
static const bool without_proxies = [] {
  for (const char *name :
       {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
    ::unsetenv(name);
  }
  return true;
}();

// libcurl looks for it when it starts, once a process.
static const TemporaryDirectory key_log_place;
static const std::string key_log = [] {
  std::string file = (key_log_place.path() / "keys.log").string();
  ::setenv("SSLKEYLOGFILE", file.c_str(), 1);
  return file;
}();

static HttpRequest a_request() {
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

static Connection to(const std::string &base) {
  return Connection("test", base, SecretString(key));
}

static HttpAnswer exchange(HttpClient &http, const HttpRequest &request) {
  http.send(1, request);
  auto deadline = std::chrono::steady_clock::now() + 20s;
  while (std::chrono::steady_clock::now() < deadline) {
    for (auto &[number, answer] : http.receive(100ms)) {
      CHECK(number == 1);
      CHECK(http.open().empty());
      return answer;
    }
  }
  FAIL("no answer");
  return {};
}

static HttpAnswer exchange(const ScriptedServer &server, const HttpRequest &request = a_request()) {
  HttpClient http(to(server.url()));
  return exchange(http, request);
}

TEST_CASE("a DELETE goes out byte for byte, with the key and without what curl adds on its own") {
  ScriptedServer server([](const std::string &) {
    return http_answer("200 OK", "{\"removed\":1}", "X-Rate: 5\r\nSet-Thing: a\r\nSet-Thing: b\r\n");
  });
  HttpAnswer answer = exchange(server);
  CHECK(answer.status == 200);
  CHECK(answer.error == ACTION_HTTP_OK);
  CHECK(answer.flags == 0);
  CHECK(answer.body == "{\"removed\":1}");
  CHECK(answer.headers ==
        "Connection: keep-alive\r\nContent-Length: 13\r\nX-Rate: 5\r\nSet-Thing: a\r\nSet-Thing: b\r\n");
  REQUIRE(server.requests().size() == 1);
  std::string sent = server.requests()[0];
  HttpRequest request = a_request();
  CHECK(sent.rfind("DELETE /v1/items?x=1 HTTP/1.1\r\n", 0) == 0);
  CHECK(sent.substr(sent.find("\r\n\r\n") + 4) == request.body);
  CHECK_THAT(sent, Catch::Matchers::ContainsSubstring("Authorization: Bearer " + key + "\r\n"));
  CHECK_THAT(sent, Catch::Matchers::ContainsSubstring("Content-Type: application/json\r\n"));
  CHECK_THAT(sent, Catch::Matchers::ContainsSubstring("X-Empty:\r\n"));
  CHECK_THAT(sent, Catch::Matchers::ContainsSubstring("Content-Length: 14\r\n"));
  CHECK_THAT(sent, !Catch::Matchers::ContainsSubstring("urlencoded") &&
                       !Catch::Matchers::ContainsSubstring("Expect"));
}

TEST_CASE("all headers of the connection are sent, in the order of the manifest") {
  ScriptedServer server([](const std::string &) { return http_answer("200 OK", ""); });
  DeclaredConnection declared{"test",
                              "",
                              {},
                              {{"X-Key", "{key}"},
                               {"Authorization", "Basic {key}"},
                               {"Accept-Encoding", "identity"},
                               {"User-Agent", "me"}}};
  HttpClient http(Connection(declared, server.url(), SecretString(key)));
  CHECK(exchange(http, a_request()).status == 200);
  CHECK_THAT(server.requests()[0],
             Catch::Matchers::ContainsSubstring("X-Key: " + key + "\r\nAuthorization: Basic " + key +
                                                "\r\nAccept-Encoding: identity\r\nUser-Agent: me\r\n") &&
                 !Catch::Matchers::ContainsSubstring("gzip"));
}

TEST_CASE("a body without a media type gets none, and a request without a body no length") {
  ScriptedServer server([](const std::string &) { return http_answer("200 OK", ""); });
  HttpRequest request = a_request();
  request.headers.clear();
  SECTION("a body") {
    CHECK(exchange(server, request).status == 200);
  }
  SECTION("none") {
    request.body.clear();
    CHECK(exchange(server, request).status == 200);
    CHECK_THAT(server.requests()[0], !Catch::Matchers::ContainsSubstring("Content-Length"));
  }
  CHECK_THAT(server.requests()[0], !Catch::Matchers::ContainsSubstring("Content-Type"));
}

TEST_CASE("a target is sent as it stands, under the path of the base URL") {
  ScriptedServer server([](const std::string &) { return http_answer("200 OK", ""); });
  HttpClient http(to(server.url() + "/base/"));
  HttpRequest request = a_request();
  request.target = "/a%2Fb%7e/..c";
  exchange(http, request);
  CHECK(server.requests()[0].rfind("DELETE /base/a%2Fb%7e/..c HTTP/1.1\r\n", 0) == 0);
}

TEST_CASE("a large body goes out whole, without waiting for a 100") {
  ScriptedServer server([](const std::string &request) {
    return http_answer("200 OK", std::to_string(request.size() - request.find("\r\n\r\n") - 4));
  });
  HttpRequest request = a_request();
  request.body = std::string(3 << 20, 'x');
  CHECK(exchange(server, request).body == std::to_string(3 << 20));
}

TEST_CASE("an empty 204 is an empty body, and a redirect is handed over") {
  SECTION("204") {
    ScriptedServer server(
        [](const std::string &) { return "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"; });
    HttpAnswer answer = exchange(server);
    CHECK(answer.status == 204);
    CHECK(answer.error == ACTION_HTTP_OK);
    CHECK(answer.body.empty());
  }
  SECTION("302") {
    ScriptedServer server(
        [](const std::string &) { return http_answer("302 Found", "", "Location: /elsewhere\r\n"); });
    HttpAnswer answer = exchange(server);
    CHECK(answer.status == 302);
    CHECK(answer.error == ACTION_HTTP_OK);
    CHECK_THAT(answer.headers, Catch::Matchers::ContainsSubstring("Location: /elsewhere\r\n"));
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("only the last answer's headers are handed over") {
  ScriptedServer server([](const std::string &) {
    return "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
           "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n2\r\nhi\r\n0\r\nT: "
           "x\r\n\r\n";
  });
  HttpAnswer answer = exchange(server);
  CHECK(answer.status == 200);
  CHECK(answer.body == "hi");
  CHECK(answer.headers == "A: b\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n");
}

TEST_CASE("the limit counts decoded bytes, and status and headers stay") {
  SECTION("exactly at the limit") {
    ScriptedServer server([](const std::string &) { return http_answer("200 OK", std::string(1000, 'x')); });
    CHECK(exchange(server).error == ACTION_HTTP_OK);
  }
  SECTION("one over") {
    ScriptedServer server(
        [](const std::string &) { return http_answer("200 OK", std::string(1001, 'x'), "A: b\r\n"); });
    HttpAnswer answer = exchange(server);
    CHECK(answer.status == 200);
    CHECK(answer.error == ACTION_HTTP_TOO_LARGE);
    CHECK(answer.flags == 0);
    CHECK(answer.body.size() == 1000);
    CHECK_THAT(answer.headers, Catch::Matchers::ContainsSubstring("A: b\r\n"));
  }
  SECTION("compressed: 10,000 zeros in 45 bytes") {
    const unsigned char gzip[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xed, 0xc1,
                                  0x01, 0x0d, 0x00, 0x00, 0x00, 0xc2, 0xa0, 0xf7, 0x4f, 0x6d, 0x0e, 0x37,
                                  0xa0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xe0, 0xdf,
                                  0x00, 0x2e, 0xca, 0x3b, 0x4d, 0x10, 0x27, 0x00, 0x00};
    ScriptedServer server([&](const std::string &) {
      return http_answer("200 OK", std::string(gzip, gzip + sizeof gzip), "Content-Encoding: gzip\r\n");
    });
    HttpAnswer answer = exchange(server);
    CHECK(answer.error == ACTION_HTTP_TOO_LARGE);
    CHECK(answer.body == std::string(1000, '\0'));
    HttpRequest request = a_request();
    request.response_limit = 20000;
    CHECK(exchange(server, request).body == std::string(10000, '\0'));
  }
  SECTION("a header line without end") {
    ScriptedServer server([](const std::string &) {
      return http_answer("200 OK", "", "A: b\r\nB: " + std::string(200'000, 'x') + "\r\n");
    });
    HttpAnswer answer = exchange(server);
    CHECK(answer.status == 200);
    CHECK(answer.error == ACTION_HTTP_TOO_LARGE);
  }
  SECTION("headers without end") {
    ScriptedServer server([](const std::string &) {
      return http_answer("200 OK", "",
                         "A: " + std::string(50000, 'x') + "\r\nB: " + std::string(50000, 'x') + "\r\n");
    });
    HttpAnswer answer = exchange(server);
    CHECK(answer.error == ACTION_HTTP_TOO_LARGE);
    CHECK(answer.headers.size() <= 64u << 10);
  }
}

TEST_CASE("a body that does not decode to its end is no whole response") {
  // {"removed":2}
  const unsigned char gzip[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab,
                                0x56, 0x2a, 0x4a, 0xcd, 0xcd, 0x2f, 0x4b, 0x4d, 0x51, 0xb2, 0x32,
                                0xaa, 0x05, 0x00, 0x56, 0xc4, 0x14, 0xc8, 0x0d, 0x00, 0x00, 0x00};
  std::string body(gzip, gzip + sizeof gzip), coding = "gzip";
  SECTION("cut") {
    body.resize(GENERATE(1u, 2u, 3u, 9u, 10u, 11u, 20u, 25u, 29u, 32u));
  }
  SECTION("damaged") {
    body[26] ^= 1;
  }
  SECTION("with something behind it") {
    body += "more";
  }
  SECTION("another coding than was asked for") {
    coding = GENERATE("br", "zstd", "deflate", "gzip, gzip", "identity\r\nContent-Encoding: gzip", "x");
  }
  SECTION("no such coding") {
    body = "garbage";
    coding = GENERATE("br", "gzip");
  }
  ScriptedServer server([&](const std::string &) {
    return http_answer("200 OK", body, "Content-Encoding: " + coding + "\r\n");
  });
  CAPTURE(body.size(), coding);
  HttpAnswer answer = exchange(server);
  CHECK(answer.status == 200);
  CHECK(answer.error == ACTION_HTTP_PROTOCOL);
  CHECK(answer.flags == 0);
}

TEST_CASE("a coded body that never began is no whole response") {
  ScriptedServer server([](const std::string &) {
    return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  });
  CHECK(exchange(server).error == ACTION_HTTP_PROTOCOL);
}

TEST_CASE("a coded body is decoded, and the host names the coding unless the module does") {
  ScriptedServer server([](const std::string &request) {
    return http_answer("200 OK",
                       request.find("\r\nAccept-Encoding: gzip\r\n") == std::string::npos ? "module" : "host",
                       "Content-Encoding: identity\r\n");
  });
  CHECK(exchange(server).body == "host");
  HttpRequest request = a_request();
  request.headers = "accept-encoding: identity\r\n";
  CHECK(exchange(server, request).body == "module");
}

TEST_CASE("an empty body is whole where something else than the connection's end says so") {
  HttpRequest request = a_request();
  std::string response = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n";
  uint32_t error = ACTION_HTTP_OK;
  SECTION("a length") {
    response += "Content-Length: 0\r\n\r\n";
  }
  SECTION("its status") {
    response = "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n";
  }
  SECTION("its method") {
    request.method = "HEAD";
    request.body.clear();
    response += "Content-Length: 100\r\n\r\n";
  }
  SECTION("chunks") {
    response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  }
  SECTION("nothing says so") {
    response = GENERATE("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\nA: b\r\n\r\n");
    error = ACTION_HTTP_RESET;
  }
  ScriptedServer server([&](const std::string &) { return response; });
  HttpAnswer answer = exchange(server, request);
  CHECK(answer.status / 100 == 2);
  CHECK(answer.error == error);
  CHECK(answer.body.empty());
}

TEST_CASE("a body that ends with the connection is handed over") {
  ScriptedServer server([](const std::string &) { return "HTTP/1.1 200 OK\r\n\r\n{}"; });
  HttpAnswer answer = exchange(server);
  CHECK(answer.error == ACTION_HTTP_OK);
  CHECK(answer.body == "{}");
}

TEST_CASE("framing that two readers would understand differently is no HTTP") {
  std::string head;
  SECTION("two lengths") {
    head = GENERATE("Content-Length: 2\r\nContent-Length: 4", "Content-Length: 4\r\nContent-Length: 2",
                    "Content-Length: 2, 4");
  }
  SECTION("a length that nobody can count") {
    head = GENERATE("Content-Length: 99999999999999999999999", "Content-Length: 9223372036854775808");
  }
  SECTION("a length beside chunks") {
    head = "Content-Length: 4\r\nTransfer-Encoding: chunked";
  }
  ScriptedServer server([&](const std::string &) { return "HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n{}{}"; });
  HttpAnswer answer = exchange(server);
  CHECK(answer.error == ACTION_HTTP_PROTOCOL);
  CHECK(answer.flags == 0);
}

TEST_CASE("a change of protocol that nobody asked for is no HTTP") {
  ScriptedServer server([](const std::string &) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: keep-alive, upgrade\r\n\r\n";
  });
  HttpAnswer answer = exchange(server);
  CHECK(answer.status == 0);
  CHECK(answer.error == ACTION_HTTP_PROTOCOL);
  CHECK(answer.flags == 0);
}

TEST_CASE("trailers and early responses without end are not read to it") {
  std::string response;
  SECTION("trailers") {
    response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n";
    for (int i = 0; i < 50000; ++i) response += "X-" + std::to_string(i) + ": y\r\n";
  }
  SECTION("early responses") {
    for (int i = 0; i < 50000; ++i) response += "HTTP/1.1 103 Early Hints\r\nLink: y\r\n\r\n";
  }
  ScriptedServer server([&](const std::string &) { return response; });
  HttpAnswer answer = exchange(server);
  CHECK(answer.error == ACTION_HTTP_TOO_LARGE);
}

TEST_CASE("answers that break off, never come or are no HTTP are told apart") {
  SECTION("closed without a byte") {
    ScriptedServer server([](const std::string &) { return ""; });
    HttpAnswer answer = exchange(server);
    CHECK(answer.status == 0);
    CHECK(answer.error == ACTION_HTTP_RESET);
    CHECK(answer.flags == 0);  // it was sent
  }
  SECTION("closed inside of the body") {
    ScriptedServer server(
        [](const std::string &) { return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"; });
    HttpAnswer answer = exchange(server);
    CHECK(answer.status == 200);
    CHECK(answer.error == ACTION_HTTP_RESET);
    CHECK(answer.body == "half");
  }
  SECTION("closed inside of the headers") {
    ScriptedServer server([](const std::string &) {
      return GENERATE("HTTP/1.1 200 OK\r\nA: b\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
                      "HTTP/1.1 204 No Content\r\n");
    });
    CHECK(exchange(server).error == ACTION_HTTP_RESET);
  }
  SECTION("closed after a 100") {
    ScriptedServer server([](const std::string &) { return "HTTP/1.1 100 Continue\r\n\r\n"; });
    HttpAnswer answer = exchange(server);
    CHECK(answer.status == 0);
    CHECK(answer.error == ACTION_HTTP_RESET);
  }
  SECTION("no HTTP") {
    ScriptedServer server([](const std::string &) { return "SSH-2.0-OpenSSH_9.2\r\n\r\n"; });
    HttpAnswer answer = exchange(server);
    CHECK(answer.status == 0);
    CHECK(answer.error == ACTION_HTTP_PROTOCOL);
  }
  SECTION("too slow") {
    ScriptedServer server([](const std::string &) {
      std::this_thread::sleep_for(1500ms);
      return http_answer("200 OK", "");
    });
    HttpRequest request = a_request();
    request.timeout_ms = 200;
    auto begin = std::chrono::steady_clock::now();
    HttpAnswer answer = exchange(server, request);
    CHECK(answer.error == ACTION_HTTP_TIMEOUT);
    CHECK(answer.status == 0);
    CHECK(answer.flags == 0);
    CHECK(std::chrono::steady_clock::now() - begin < 1200ms);
  }
}

TEST_CASE("a request that names no limits has the client's own") {
  ScriptedServer server([](const std::string &request) {
    if (request.find("/slow") != std::string::npos) std::this_thread::sleep_for(1500ms);
    return http_answer("200 OK", std::string(21, 'x'));
  });
  HttpClient http(to(server.url()), {.timeout = 300ms, .response_bytes = 20});
  HttpRequest request = a_request();
  SECTION("the body") {
    request.response_limit = 0;
    HttpAnswer answer = exchange(http, request);
    CHECK(answer.error == ACTION_HTTP_TOO_LARGE);
    CHECK(answer.body == std::string(20, 'x'));
    CHECK(exchange(http, a_request()).error == ACTION_HTTP_OK);
  }
  SECTION("the time") {
    request.timeout_ms = 0;
    request.target = "/slow";
    auto begin = std::chrono::steady_clock::now();
    CHECK(exchange(http, request).error == ACTION_HTTP_TIMEOUT);
    CHECK(std::chrono::steady_clock::now() - begin < 1200ms);
  }
}

TEST_CASE("a request that a kept connection lost is reported and not repeated") {
  HttpRequest request = a_request();
  SECTION("with a body") {}
  SECTION("with a body that leaves in many pieces") {
    request.body = std::string(3 << 20, 'x');
  }
  SECTION("without a body") {
    request.method = GENERATE(as<std::string>(), "GET", "HEAD", "DELETE");
    request.body.clear();
  }
  CAPTURE(request.method);
  ScriptedServer server([&](const std::string &) -> std::string {
    if (server.requests().size() == 2) return "";
    return http_answer("200 OK", "");
  });
  HttpClient http(to(server.url()));
  CHECK(exchange(http, a_request()).status == 200);
  HttpAnswer answer = exchange(http, request);
  CHECK(answer.status == 0);
  CHECK(answer.error == ACTION_HTTP_RESET);
  CHECK(answer.flags == 0);
  CHECK_THAT(answer.detail, Catch::Matchers::ContainsSubstring("ended before an answer"));
  CHECK(server.requests().size() == 2);
  CHECK(exchange(http, request).status == 200);  // the client goes on
  CHECK(server.requests().size() == 3);
}

TEST_CASE("a request that was lost with its server was sent, though there is no new connection") {
  ScriptedServer server([&](const std::string &) -> std::string {
    if (server.requests().size() == 1) return http_answer("200 OK", "");
    server.refuse_connections();
    return "";
  });
  HttpClient http(to(server.url()));
  CHECK(exchange(http, a_request()).status == 200);
  HttpAnswer answer = exchange(http, a_request());
  CHECK(answer.error == ACTION_HTTP_RESET);
  CHECK(answer.flags == 0);
  answer = exchange(http, a_request());
  CHECK(answer.error == ACTION_HTTP_CONNECT);
  CHECK(answer.flags == ACTION_HTTP_NOT_SENT);
}

TEST_CASE("a connection that the server closed while it was idle is not used") {
  ScriptedServer server([](const std::string &) { return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"; });
  HttpClient http(to(server.url()));
  for (int i = 1; i <= 3; ++i) {
    CHECK(exchange(http, a_request()).status == 200);
    std::this_thread::sleep_for(100ms);
  }
  CHECK(server.connections() == 3);
}

TEST_CASE("what never left the host is marked as not sent") {
  SECTION("nobody listens") {
    int port = 0;
    {
      port = ScriptedServer([](const std::string &) { return ""; }).port();
    }
    HttpClient http(to("http://127.0.0.1:" + std::to_string(port)));
    HttpAnswer answer = exchange(http, a_request());
    CHECK(answer.error == ACTION_HTTP_CONNECT);
    CHECK(answer.flags == ACTION_HTTP_NOT_SENT);
    CHECK_THAT(answer.detail, Catch::Matchers::StartsWith("127.0.0.1:" + std::to_string(port) + ": ") &&
                                  Catch::Matchers::ContainsSubstring("onnect"));
  }
  SECTION("no such name") {
    HttpClient http(to("https://no-such-host.invalid"));
    HttpAnswer answer = exchange(http, a_request());
    CHECK(answer.error == ACTION_HTTP_DNS);
    CHECK(answer.flags == ACTION_HTTP_NOT_SENT);
    CHECK_THAT(answer.detail, Catch::Matchers::StartsWith("no-such-host.invalid:443: ") &&
                                  Catch::Matchers::ContainsSubstring("resolve"));
  }
  SECTION("a certificate nobody vouches for") {
    ScriptedServer server([](const std::string &) { return http_answer("200 OK", ""); }, true);
    HttpAnswer answer = exchange(server);
    CHECK(answer.error == ACTION_HTTP_TLS);
    CHECK(answer.flags == ACTION_HTTP_NOT_SENT);
    CHECK_THAT(answer.detail, Catch::Matchers::ContainsSubstring("certificate"));
    CHECK(server.requests().empty());
  }
  SECTION("refused by the host itself") {
    ScriptedServer server([](const std::string &) { return http_answer("200 OK", ""); });
    HttpRequest request = a_request();
    uint32_t expected = ACTION_HTTP_DENIED;
    SECTION("target") {
      request.target = "//evil.example";
    }
    SECTION("header") {
      request.headers = "Authorization: mine\r\n";
    }
    SECTION("method") {
      request.method = "CONNECT";
    }
    SECTION("connection") {
      request.connection = "another";
      expected = ACTION_HTTP_NO_CREDENTIAL;
    }
    HttpAnswer answer = exchange(server, request);
    CHECK(answer.error == expected);
    CHECK(answer.flags == ACTION_HTTP_NOT_SENT);
    CHECK(server.connections() == 0);
  }
  SECTION("no key") {
    HttpClient http(Connection("test", "http://127.0.0.1:1", SecretString()));
    CHECK(exchange(http, a_request()).error == ACTION_HTTP_NO_CREDENTIAL);
  }
}

TEST_CASE("a TLS handshake that breaks off is no matter of trust") {
  ScriptedServer server([](const std::string &) { return ""; });  // speaks no TLS, and closes
  HttpClient http(to("https://127.0.0.1:" + std::to_string(server.port())));
  server.close_at_once();
  HttpAnswer answer = exchange(http, a_request());
  CHECK(answer.error == ACTION_HTTP_CONNECT);
  CHECK(answer.flags == ACTION_HTTP_NOT_SENT);
}

TEST_CASE("a dead proxy is named") {
  int port = 0;
  {
    port = ScriptedServer([](const std::string &) { return ""; }).port();
  }
  ::setenv("https_proxy", ("http://127.0.0.1:" + std::to_string(port)).c_str(), 1);
  HttpClient http(to("https://api.example.com"));
  HttpAnswer answer = exchange(http, a_request());
  ::unsetenv("https_proxy");
  CHECK(answer.error == ACTION_HTTP_CONNECT);
  CHECK(answer.flags == ACTION_HTTP_NOT_SENT);
  CHECK_THAT(answer.detail, Catch::Matchers::StartsWith("api.example.com:443: ") &&
                                Catch::Matchers::ContainsSubstring(std::to_string(port)));
}

TEST_CASE("TLS with a trusted certificate works") {
  TemporaryDirectory place;
  ScriptedServer server([](const std::string &) { return http_answer("200 OK", "secret"); }, true);
  std::ofstream(place.path() / "ca.pem") << server.certificate_pem();
  HttpClient http(to(server.url()), {}, (place.path() / "ca.pem").string());
  CHECK(exchange(http, a_request()).body == "secret");
  CHECK_FALSE(std::filesystem::exists(key_log));
}

TEST_CASE("HTTP/1.1 alone is offered over TLS") {
  ScriptedServer server([](const std::string &) { return ""; }, true);
  exchange(server);  // which nobody vouches for; the offer comes before
  CHECK_THAT(server.offered_protocols(), Catch::Matchers::VectorContains(std::string("http/1.1")) &&
                                             !Catch::Matchers::VectorContains(std::string("h2")));
}

TEST_CASE("a key that comes back is masked in headers and body, cut or whole") {
  SECTION("whole") {
    ScriptedServer server([](const std::string &request) {
      return http_answer("401 Unauthorized", "you sent " + request, "X-Echo: Bearer " + key + "\r\n");
    });
    HttpAnswer answer = exchange(server);
    CHECK(answer.status == 401);
    CHECK_THAT(answer.body,
               Catch::Matchers::ContainsSubstring("Authorization: Bearer ************************\r\n"));
    CHECK_THAT(answer.body + answer.headers, !Catch::Matchers::ContainsSubstring(key));
    CHECK_THAT(answer.headers,
               Catch::Matchers::ContainsSubstring("X-Echo: Bearer ************************\r\n"));
  }
  SECTION("cut by the limit") {
    ScriptedServer server(
        [](const std::string &) { return http_answer("200 OK", std::string(985, 'x') + key); });
    HttpAnswer answer = exchange(server);
    CHECK(answer.error == ACTION_HTTP_TOO_LARGE);
    CHECK(answer.body == std::string(985, 'x') + std::string(15, '*'));
  }
}

TEST_CASE("requests run at the same time, over connections that are kept") {
  ScriptedServer server([](const std::string &) {
    std::this_thread::sleep_for(200ms);
    return http_answer("200 OK", "");
  });
  HttpClient http(to(server.url()));
  auto round = [&](uint32_t first) {
    for (uint32_t i = 0; i < 6; ++i) http.send(first + i, a_request());
    CHECK(http.open().size() == 6);
    size_t answered = 0;
    auto begin = std::chrono::steady_clock::now();
    while (answered < 6 && std::chrono::steady_clock::now() - begin < 10s)
      answered += http.receive(100ms).size();
    CHECK(answered == 6);
    return std::chrono::steady_clock::now() - begin;
  };
  CHECK(round(1) < 1000ms);
  CHECK(round(7) < 1000ms);
  CHECK(server.requests().size() == 12);
  CHECK(server.connections() <= 6);
}

TEST_CASE("an abandoned exchange has no answer, and says whether it had been sent") {
  ScriptedServer server([](const std::string &) {
    std::this_thread::sleep_for(300ms);
    return http_answer("200 OK", "");
  });
  HttpClient http(to(server.url()));
  http.send(1, a_request());
  CHECK(http.abandon(1));  // curl has not begun
  http.send(2, a_request());
  http.receive(100ms);
  CHECK(http.open() == std::vector<uint32_t>{2});
  CHECK_FALSE(http.abandon(2));
  CHECK(http.open().empty());
  CHECK(http.receive(500ms).empty());
  CHECK_FALSE(http.abandon(3));
}

// Sets a variable of the environment for as long as it lives.
class Variable {
 public:
  Variable(const char *name, const std::string &value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable &) = delete;
  Variable &operator=(const Variable &) = delete;

 private:
  const char *name_;
};

TEST_CASE("a proxy of the environment is asked for a tunnel without the key, and not for this machine") {
  const char *name = GENERATE("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
  CAPTURE(name);
  ScriptedServer proxy([](const std::string &) { return http_answer("403 Forbidden", "no"); });
  ScriptedServer server([](const std::string &) { return http_answer("200 OK", ""); });
  std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  Variable for_all(name, address), for_plain("http_proxy", address);
  CHECK(exchange(server).status == 200);
  CHECK(proxy.connections() == 0);
  HttpClient http(to("https://api.example.com"));
  HttpAnswer answer = exchange(http, a_request());
  CHECK(answer.status == 0);
  CHECK(answer.error == ACTION_HTTP_CONNECT);
  CHECK(answer.flags == ACTION_HTTP_NOT_SENT);
  REQUIRE(proxy.requests().size() == 1);
  CHECK(proxy.requests()[0].rfind("CONNECT api.example.com:443 ", 0) == 0);
  CHECK_THAT(proxy.requests()[0], !Catch::Matchers::ContainsSubstring(key));
}

TEST_CASE("NO_PROXY keeps the proxy out, for the servers that it names") {
  ScriptedServer proxy([](const std::string &) { return http_answer("403 Forbidden", "no"); });
  Variable address("HTTPS_PROXY", "http://127.0.0.1:" + std::to_string(proxy.port()));
  Variable without(GENERATE("no_proxy", "NO_PROXY"), "one.example,no-such-host.invalid");
  HttpClient http(to("https://api.no-such-host.invalid"));
  CHECK(exchange(http, a_request()).error == ACTION_HTTP_DNS);
  CHECK(proxy.connections() == 0);
  HttpClient other(to("https://other.invalid"));
  CHECK(exchange(other, a_request()).error == ACTION_HTTP_CONNECT);
  CHECK(proxy.connections() == 1);
}
