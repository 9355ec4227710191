// What comes back.
#include "http_exchange.hpp"

using namespace skipcall::host;
using namespace std::chrono_literals;

TEST_CASE("an empty 204 is an empty body, and a redirect is delivered") {
  SECTION("204") {
    ScriptedServer server(
        [](const std::string &) { return "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"; });
    HttpResponse response = exchange(server);
    CHECK(response.status == 204);
    CHECK(response.error == ACTION_HTTP_OK);
    CHECK(response.body.empty());
  }
  SECTION("302") {
    ScriptedServer server(
        [](const std::string &) { return http_response("302 Found", "", "Location: /elsewhere\r\n"); });
    HttpResponse response = exchange(server);
    CHECK(response.status == 302);
    CHECK(response.error == ACTION_HTTP_OK);
    CHECK_THAT(response.headers, Catch::Matchers::ContainsSubstring("Location: /elsewhere\r\n"));
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("only the last response's headers are delivered") {
  ScriptedServer server([](const std::string &) {
    return "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
           "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n2\r\nhi\r\n0\r\nT: "
           "x\r\n\r\n";
  });
  HttpResponse response = exchange(server);
  CHECK(response.status == 200);
  CHECK(response.body == "hi");
  CHECK(response.headers == "A: b\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n");
}

TEST_CASE("the limit counts decoded bytes, and status and headers stay") {
  SECTION("exactly at the limit") {
    ScriptedServer server(
        [](const std::string &) { return http_response("200 OK", std::string(1000, 'x')); });
    CHECK(exchange(server).error == ACTION_HTTP_OK);
  }
  SECTION("one over") {
    ScriptedServer server(
        [](const std::string &) { return http_response("200 OK", std::string(1001, 'x'), "A: b\r\n"); });
    HttpResponse response = exchange(server);
    CHECK(response.status == 200);
    CHECK(response.error == ACTION_HTTP_TOO_LARGE);
    CHECK(response.flags == 0);
    CHECK(response.body.size() == 1000);
    CHECK_THAT(response.headers, Catch::Matchers::ContainsSubstring("A: b\r\n"));
  }
  SECTION("compressed: 10,000 zeros in 45 bytes") {
    const unsigned char gzip[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xed, 0xc1,
                                  0x01, 0x0d, 0x00, 0x00, 0x00, 0xc2, 0xa0, 0xf7, 0x4f, 0x6d, 0x0e, 0x37,
                                  0xa0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xe0, 0xdf,
                                  0x00, 0x2e, 0xca, 0x3b, 0x4d, 0x10, 0x27, 0x00, 0x00};
    ScriptedServer server([&](const std::string &) {
      return http_response("200 OK", std::string(gzip, gzip + sizeof gzip), "Content-Encoding: gzip\r\n");
    });
    HttpResponse response = exchange(server);
    CHECK(response.error == ACTION_HTTP_TOO_LARGE);
    CHECK(response.body == std::string(1000, '\0'));
    HttpRequest request = a_request();
    request.response_limit = 20000;
    CHECK(exchange(server, request).body == std::string(10000, '\0'));
  }
  SECTION("a header line without end") {
    ScriptedServer server([](const std::string &) {
      return http_response("200 OK", "", "A: b\r\nB: " + std::string(200'000, 'x') + "\r\n");
    });
    HttpResponse response = exchange(server);
    CHECK(response.status == 200);
    CHECK(response.error == ACTION_HTTP_TOO_LARGE);
  }
  SECTION("headers without end") {
    ScriptedServer server([](const std::string &) {
      return http_response("200 OK", "",
                           "A: " + std::string(50000, 'x') + "\r\nB: " + std::string(50000, 'x') + "\r\n");
    });
    HttpResponse response = exchange(server);
    CHECK(response.error == ACTION_HTTP_TOO_LARGE);
    CHECK(response.headers.size() <= 64u << 10);
  }
}

TEST_CASE("a body that does not decode to its end is not a whole response") {
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
  SECTION("with something after it") {
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
    return http_response("200 OK", body, "Content-Encoding: " + coding + "\r\n");
  });
  CAPTURE(body.size(), coding);
  HttpResponse response = exchange(server);
  CHECK(response.status == 200);
  CHECK(response.error == ACTION_HTTP_PROTOCOL);
  CHECK(response.flags == 0);
}

TEST_CASE("a coded body that never began is not a whole response") {
  ScriptedServer server([](const std::string &) {
    return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  });
  CHECK(exchange(server).error == ACTION_HTTP_PROTOCOL);
}

TEST_CASE("a coded body is decoded, and the host names the coding unless the module does") {
  ScriptedServer server([](const std::string &request) {
    return http_response(
        "200 OK", request.find("\r\nAccept-Encoding: gzip\r\n") == std::string::npos ? "module" : "host",
        "Content-Encoding: identity\r\n");
  });
  CHECK(exchange(server).body == "host");
  HttpRequest request = a_request();
  request.headers = "accept-encoding: identity\r\n";
  CHECK(exchange(server, request).body == "module");
}

TEST_CASE("an empty body is whole if something other than the connection's end says so") {
  HttpRequest request = a_request();
  std::string served = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n";
  uint32_t error = ACTION_HTTP_OK;
  SECTION("a length") {
    served += "Content-Length: 0\r\n\r\n";
  }
  SECTION("its status") {
    served = "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n";
  }
  SECTION("its method") {
    request.method = "HEAD";
    request.body.clear();
    served += "Content-Length: 100\r\n\r\n";
  }
  SECTION("chunks") {
    served = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  }
  SECTION("nothing says so") {
    served = GENERATE("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\nA: b\r\n\r\n");
    error = ACTION_HTTP_RESET;
  }
  ScriptedServer server([&](const std::string &) { return served; });
  HttpResponse response = exchange(server, request);
  CHECK(response.status / 100 == 2);
  CHECK(response.error == error);
  CHECK(response.body.empty());
}

TEST_CASE("a body that ends with the connection is delivered") {
  ScriptedServer server([](const std::string &) { return "HTTP/1.1 200 OK\r\n\r\n{}"; });
  HttpResponse response = exchange(server);
  CHECK(response.error == ACTION_HTTP_OK);
  CHECK(response.body == "{}");
}

TEST_CASE("framing that two readers would understand differently is not HTTP") {
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
  HttpResponse response = exchange(server);
  CHECK(response.error == ACTION_HTTP_PROTOCOL);
  CHECK(response.flags == 0);
}

TEST_CASE("a change of protocol that nobody asked for is not HTTP") {
  ScriptedServer server([](const std::string &) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: keep-alive, upgrade\r\n\r\n";
  });
  HttpResponse response = exchange(server);
  CHECK(response.status == 0);
  CHECK(response.error == ACTION_HTTP_PROTOCOL);
  CHECK(response.flags == 0);
}

TEST_CASE("endless trailers and early responses are not read to the end") {
  std::string served;
  SECTION("trailers") {
    served = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n";
    for (int i = 0; i < 50000; ++i) served += "X-" + std::to_string(i) + ": y\r\n";
  }
  SECTION("early responses") {
    for (int i = 0; i < 50000; ++i) served += "HTTP/1.1 103 Early Hints\r\nLink: y\r\n\r\n";
  }
  ScriptedServer server([&](const std::string &) { return served; });
  HttpResponse response = exchange(server);
  CHECK(response.error == ACTION_HTTP_TOO_LARGE);
}

TEST_CASE("responses that break off, never arrive or are not HTTP are told apart") {
  SECTION("closed without a byte") {
    ScriptedServer server([](const std::string &) { return ""; });
    HttpResponse response = exchange(server);
    CHECK(response.status == 0);
    CHECK(response.error == ACTION_HTTP_RESET);
    CHECK(response.flags == 0);  // it was sent
  }
  SECTION("closed inside the body") {
    ScriptedServer server(
        [](const std::string &) { return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"; });
    HttpResponse response = exchange(server);
    CHECK(response.status == 200);
    CHECK(response.error == ACTION_HTTP_RESET);
    CHECK(response.body == "half");
  }
  SECTION("closed inside the headers") {
    ScriptedServer server([](const std::string &) {
      return GENERATE("HTTP/1.1 200 OK\r\nA: b\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
                      "HTTP/1.1 204 No Content\r\n");
    });
    CHECK(exchange(server).error == ACTION_HTTP_RESET);
  }
  SECTION("closed after a 100") {
    ScriptedServer server([](const std::string &) { return "HTTP/1.1 100 Continue\r\n\r\n"; });
    HttpResponse response = exchange(server);
    CHECK(response.status == 0);
    CHECK(response.error == ACTION_HTTP_RESET);
  }
  SECTION("not HTTP") {
    ScriptedServer server([](const std::string &) { return "SSH-2.0-OpenSSH_9.2\r\n\r\n"; });
    HttpResponse response = exchange(server);
    CHECK(response.status == 0);
    CHECK(response.error == ACTION_HTTP_PROTOCOL);
  }
  SECTION("too slow") {
    ScriptedServer server([](const std::string &) {
      std::this_thread::sleep_for(1500ms);
      return http_response("200 OK", "");
    });
    HttpRequest request = a_request();
    request.timeout_ms = 200;
    auto begin = std::chrono::steady_clock::now();
    HttpResponse response = exchange(server, request);
    CHECK(response.error == ACTION_HTTP_TIMEOUT);
    CHECK(response.status == 0);
    CHECK(response.flags == 0);
    CHECK(std::chrono::steady_clock::now() - begin < 1200ms);
  }
}

TEST_CASE("a key that a response repeats is masked in headers and body, cut or whole") {
  SECTION("whole") {
    ScriptedServer server([](const std::string &request) {
      return http_response("401 Unauthorized", "you sent " + request, "X-Echo: Bearer " + key + "\r\n");
    });
    HttpResponse response = exchange(server);
    CHECK(response.status == 401);
    CHECK_THAT(response.body,
               Catch::Matchers::ContainsSubstring("Authorization: Bearer ************************\r\n"));
    CHECK_THAT(response.body + response.headers, !Catch::Matchers::ContainsSubstring(key));
    CHECK_THAT(response.headers,
               Catch::Matchers::ContainsSubstring("X-Echo: Bearer ************************\r\n"));
  }
  SECTION("cut by the limit") {
    ScriptedServer server(
        [](const std::string &) { return http_response("200 OK", std::string(985, 'x') + key); });
    HttpResponse response = exchange(server);
    CHECK(response.error == ACTION_HTTP_TOO_LARGE);
    CHECK(response.body == std::string(985, 'x') + std::string(15, '*'));
  }
}
