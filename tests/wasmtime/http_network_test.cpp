// What is between the client and the server: names, ports, TLS, proxies.
#include <filesystem>
#include <fstream>

#include "http_exchange.hpp"

using namespace skipcall::host;
using namespace std::chrono_literals;

TEST_CASE("what never left the host is marked as not sent") {
  SECTION("nobody listens") {
    int port = 0;
    {
      port = ScriptedServer([](const std::string &) { return ""; }).port();
    }
    HttpClient http(to("http://127.0.0.1:" + std::to_string(port)));
    HttpResponse response = exchange(http, a_request());
    CHECK(response.error == ACTION_HTTP_CONNECT);
    CHECK(response.flags == ACTION_HTTP_NOT_SENT);
    CHECK_THAT(response.detail, Catch::Matchers::StartsWith("127.0.0.1:" + std::to_string(port) + ": ") &&
                                    Catch::Matchers::ContainsSubstring("onnect"));
  }
  SECTION("no such name") {
    HttpClient http(to("https://no-such-host.invalid"));
    HttpResponse response = exchange(http, a_request());
    CHECK(response.error == ACTION_HTTP_DNS);
    CHECK(response.flags == ACTION_HTTP_NOT_SENT);
    CHECK_THAT(response.detail, Catch::Matchers::StartsWith("no-such-host.invalid:443: ") &&
                                    Catch::Matchers::ContainsSubstring("resolve"));
  }
  SECTION("a certificate nobody vouches for") {
    ScriptedServer server([](const std::string &) { return http_response("200 OK", ""); }, true);
    HttpResponse response = exchange(server);
    CHECK(response.error == ACTION_HTTP_TLS);
    CHECK(response.flags == ACTION_HTTP_NOT_SENT);
    CHECK_THAT(response.detail, Catch::Matchers::ContainsSubstring("certificate"));
    CHECK(server.requests().empty());
  }
  SECTION("refused by the host itself") {
    ScriptedServer server([](const std::string &) { return http_response("200 OK", ""); });
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
    HttpResponse response = exchange(server, request);
    CHECK(response.error == expected);
    CHECK(response.flags == ACTION_HTTP_NOT_SENT);
    CHECK(server.connections() == 0);
  }
  SECTION("no key") {
    HttpClient http(Connection("test", "http://127.0.0.1:1", SecretString()));
    CHECK(exchange(http, a_request()).error == ACTION_HTTP_NO_CREDENTIAL);
  }
}

TEST_CASE("a TLS handshake that breaks off is not a matter of trust") {
  ScriptedServer server([](const std::string &) { return ""; });  // speaks no TLS, and closes
  HttpClient http(to("https://127.0.0.1:" + std::to_string(server.port())));
  server.close_at_once();
  HttpResponse response = exchange(http, a_request());
  CHECK(response.error == ACTION_HTTP_CONNECT);
  CHECK(response.flags == ACTION_HTTP_NOT_SENT);
}

TEST_CASE("a dead proxy is named") {
  int port = 0;
  {
    port = ScriptedServer([](const std::string &) { return ""; }).port();
  }
  ::setenv("https_proxy", ("http://127.0.0.1:" + std::to_string(port)).c_str(), 1);
  HttpClient http(to("https://api.example.com"));
  HttpResponse response = exchange(http, a_request());
  ::unsetenv("https_proxy");
  CHECK(response.error == ACTION_HTTP_CONNECT);
  CHECK(response.flags == ACTION_HTTP_NOT_SENT);
  CHECK_THAT(response.detail, Catch::Matchers::StartsWith("api.example.com:443: ") &&
                                  Catch::Matchers::ContainsSubstring(std::to_string(port)));
}

TEST_CASE("TLS with a trusted certificate works") {
  TemporaryDirectory place;
  ScriptedServer server([](const std::string &) { return http_response("200 OK", "secret"); }, true);
  std::ofstream(place.path() / "ca.pem") << server.certificate_pem();
  HttpClient http(to(server.url()), {}, (place.path() / "ca.pem").string());
  CHECK(exchange(http, a_request()).body == "secret");
  CHECK_FALSE(std::filesystem::exists(key_log));
}

TEST_CASE("only HTTP/1.1 is offered over TLS") {
  ScriptedServer server([](const std::string &) { return ""; }, true);
  exchange(server);  // which nobody vouches for; the offer comes first
  CHECK_THAT(server.offered_protocols(), Catch::Matchers::VectorContains(std::string("http/1.1")) &&
                                             !Catch::Matchers::VectorContains(std::string("h2")));
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

TEST_CASE("a proxy from the environment gets no key in its CONNECT, and is not used for this machine") {
  const char *name = GENERATE("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
  CAPTURE(name);
  ScriptedServer proxy([](const std::string &) { return http_response("403 Forbidden", "no"); });
  ScriptedServer server([](const std::string &) { return http_response("200 OK", ""); });
  std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  Variable for_all(name, address), for_plain("http_proxy", address);
  CHECK(exchange(server).status == 200);
  CHECK(proxy.connections() == 0);
  HttpClient http(to("https://api.example.com"));
  HttpResponse response = exchange(http, a_request());
  CHECK(response.status == 0);
  CHECK(response.error == ACTION_HTTP_CONNECT);
  CHECK(response.flags == ACTION_HTTP_NOT_SENT);
  REQUIRE(proxy.requests().size() == 1);
  CHECK(proxy.requests()[0].rfind("CONNECT api.example.com:443 ", 0) == 0);
  CHECK_THAT(proxy.requests()[0], !Catch::Matchers::ContainsSubstring(key));
}

TEST_CASE("NO_PROXY bypasses the proxy for the servers that it names") {
  ScriptedServer proxy([](const std::string &) { return http_response("403 Forbidden", "no"); });
  Variable address("HTTPS_PROXY", "http://127.0.0.1:" + std::to_string(proxy.port()));
  Variable without(GENERATE("no_proxy", "NO_PROXY"), "one.example,no-such-host.invalid");
  HttpClient http(to("https://api.no-such-host.invalid"));
  CHECK(exchange(http, a_request()).error == ACTION_HTTP_DNS);
  CHECK(proxy.connections() == 0);
  HttpClient other(to("https://other.invalid"));
  CHECK(exchange(other, a_request()).error == ACTION_HTTP_CONNECT);
  CHECK(proxy.connections() == 1);
}
