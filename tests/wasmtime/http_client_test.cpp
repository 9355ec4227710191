// What is sent, over which connections.
#include "http_exchange.hpp"

using namespace skipcall::host;
using namespace std::chrono_literals;

TEST_CASE("a DELETE goes out byte for byte, with the key and without what curl adds on its own") {
  ScriptedServer server([](const std::string &) {
    return http_response("200 OK", "{\"removed\":1}", "X-Rate: 5\r\nSet-Thing: a\r\nSet-Thing: b\r\n");
  });
  HttpResponse response = exchange(server);
  CHECK(response.status == 200);
  CHECK(response.error == ACTION_HTTP_OK);
  CHECK(response.flags == 0);
  CHECK(response.body == "{\"removed\":1}");
  CHECK(response.headers ==
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
  ScriptedServer server([](const std::string &) { return http_response("200 OK", ""); });
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
  ScriptedServer server([](const std::string &) { return http_response("200 OK", ""); });
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

TEST_CASE("a target is sent as it is, under the path of the base URL") {
  ScriptedServer server([](const std::string &) { return http_response("200 OK", ""); });
  HttpClient http(to(server.url() + "/base/"));
  HttpRequest request = a_request();
  request.target = "/a%2Fb%7e/..c";
  exchange(http, request);
  CHECK(server.requests()[0].rfind("DELETE /base/a%2Fb%7e/..c HTTP/1.1\r\n", 0) == 0);
}

TEST_CASE("a large body goes out whole, without waiting for a 100") {
  ScriptedServer server([](const std::string &request) {
    return http_response("200 OK", std::to_string(request.size() - request.find("\r\n\r\n") - 4));
  });
  HttpRequest request = a_request();
  request.body = std::string(3 << 20, 'x');
  CHECK(exchange(server, request).body == std::to_string(3 << 20));
}

TEST_CASE("a request that names no limits has the client's own") {
  ScriptedServer server([](const std::string &request) {
    if (request.find("/slow") != std::string::npos) std::this_thread::sleep_for(1500ms);
    return http_response("200 OK", std::string(21, 'x'));
  });
  HttpClient http(to(server.url()), {.timeout = 300ms, .response_bytes = 20});
  HttpRequest request = a_request();
  SECTION("the body") {
    request.response_limit = 0;
    HttpResponse response = exchange(http, request);
    CHECK(response.error == ACTION_HTTP_TOO_LARGE);
    CHECK(response.body == std::string(20, 'x'));
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
    return http_response("200 OK", "");
  });
  HttpClient http(to(server.url()));
  CHECK(exchange(http, a_request()).status == 200);
  HttpResponse response = exchange(http, request);
  CHECK(response.status == 0);
  CHECK(response.error == ACTION_HTTP_RESET);
  CHECK(response.flags == 0);
  CHECK_THAT(response.detail, Catch::Matchers::ContainsSubstring("ended before a response"));
  CHECK(server.requests().size() == 2);
  CHECK(exchange(http, request).status == 200);  // the client continues
  CHECK(server.requests().size() == 3);
}

TEST_CASE("a request that was lost with its server counts as sent, though no new connection can be opened") {
  ScriptedServer server([&](const std::string &) -> std::string {
    if (server.requests().size() == 1) return http_response("200 OK", "");
    server.refuse_connections();
    return "";
  });
  HttpClient http(to(server.url()));
  CHECK(exchange(http, a_request()).status == 200);
  HttpResponse response = exchange(http, a_request());
  CHECK(response.error == ACTION_HTTP_RESET);
  CHECK(response.flags == 0);
  response = exchange(http, a_request());
  CHECK(response.error == ACTION_HTTP_CONNECT);
  CHECK(response.flags == ACTION_HTTP_NOT_SENT);
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

TEST_CASE("requests run at the same time, over persistent connections") {
  ScriptedServer server([](const std::string &) {
    std::this_thread::sleep_for(200ms);
    return http_response("200 OK", "");
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

TEST_CASE("an abandoned exchange has no response, and says whether it had been sent") {
  ScriptedServer server([](const std::string &) {
    std::this_thread::sleep_for(300ms);
    return http_response("200 OK", "");
  });
  HttpClient http(to(server.url()));
  http.send(1, a_request());
  CHECK(http.abandon(1));  // curl has not started
  http.send(2, a_request());
  http.receive(100ms);
  CHECK(http.open() == std::vector<uint32_t>{2});
  CHECK_FALSE(http.abandon(2));
  CHECK(http.open().empty());
  CHECK(http.receive(500ms).empty());
  CHECK_FALSE(http.abandon(3));
}
