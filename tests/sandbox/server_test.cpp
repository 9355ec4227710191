// The server is driven by libcurl, as the native host does it, and by bytes on a socket where a client would
// be too correct.
#include "sandbox/server.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "catch.hpp"
#include "requests.hpp"

using namespace skipcall::sandbox;

namespace {

struct Reply {
  CURLcode result = CURLE_OK;
  long status = 0;
  long connects = 0;  // connections that were opened for it
  std::string head;
  std::string body;
};

size_t append(char *data, size_t size, size_t count, void *text) {
  static_cast<std::string *>(text)->append(data, size * count);
  return size * count;
}

// One libcurl handle, with its kept connection.
class Client {
 public:
  Client() : curl_(curl_easy_init()) {}
  ~Client() { curl_easy_cleanup(curl_); }
  Client(const Client &) = delete;
  Client &operator=(const Client &) = delete;

  Reply send(const Server &server, const Request &request) {
    Reply reply;
    curl_easy_reset(curl_);
    const std::string url = server.base_url() + request.target;
    curl_slist *headers = nullptr;
    for (const Header &header : request.headers) {
      headers = curl_slist_append(headers, (header.name + ": " + header.value).c_str());
    }
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &reply.body);
    curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &reply.head);
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, 20000L);
    curl_easy_setopt(curl_, CURLOPT_PROXY, "");
    reply.result = curl_easy_perform(curl_);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &reply.status);
    curl_easy_getinfo(curl_, CURLINFO_NUM_CONNECTS, &reply.connects);
    curl_slist_free_all(headers);
    return reply;
  }

 private:
  CURL *curl_;
};

// Sends bytes on a new connection and reads until the server closes it, or `until` has arrived.
std::string send_bytes(const Server &server, const std::string &bytes, const std::string &until = "") {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0);
  REQUIRE(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  std::string received;
  char part[4096];
  while (until.empty() || received.find(until) == std::string::npos) {
    const ssize_t size = ::recv(socket, part, sizeof part, 0);
    if (size <= 0) break;
    received.append(part, static_cast<size_t>(size));
  }
  ::close(socket);
  return received;
}

std::string on_the_wire(const Request &request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: sandbox\r\n";
  for (const Header &header : request.headers) text += header.name + ":" + header.value + "\r\n";
  return text + "\r\n" + request.body;
}

Counters counters_of(Server &server) {
  Counters counters;
  server.inspect([&counters](Api &api) { counters = api.counters(); });
  return counters;
}

const std::string known = format_uuid(generate_contacts(1, 3)[0]);  // in sequence "42"

}  // namespace

TEST_CASE("a DELETE with its body reaches the Api") {
  Server server;
  Client client;
  CHECK(server.port() != 0);
  const Reply reply = client.send(server, removal("42", {known, contact_a}));
  CHECK(reply.result == CURLE_OK);
  CHECK(reply.status == 200);
  CHECK(reply.body == R"({"removed":1})");
  CHECK(reply.head.find("X-RateLimit-Remaining: 999\r\n") != std::string::npos);
  CHECK(reply.head.find("Content-Type: application/json; charset=utf-8\r\n") != std::string::npos);
  server.inspect([](Api &api) { CHECK_FALSE(api.is_in_sequence("42", known)); });
}

TEST_CASE("the target and the headers reach the Api undecoded") {
  Server server;
  Client client;
  CHECK(client.send(server, removal("Relance%20%C3%A9t%C3%A9%202024", {contact_a})).status == 200);
  CHECK(client.send(server, removal("%2e%2e", {contact_a})).status == 400);
  CHECK(client.send(server, removal("42", {contact_a}, "sk_test%5Fexpert")).status == 401);
  CHECK(send_bytes(server, on_the_wire(removal("\xc3\xa9", {contact_a})), "error").find(" 400 ") !=
        std::string::npos);
  Request twice = removal("42", {contact_a});
  twice.headers.push_back({"content-type", "text/plain"});
  CHECK(client.send(server, twice).body.find("Content-Type appears more than once") != std::string::npos);
  Request body = removal("42", {contact_a});
  body.body[3] = '\0';
  CHECK(client.send(server, body).status == 400);
}

TEST_CASE("connections are kept, also after errors") {
  Server server;
  Client client;
  CHECK(client.send(server, removal("42", {contact_a})).connects == 1);
  for (int i = 0; i < 200; ++i) {
    const Reply reply = client.send(server, removal(i % 2 == 0 ? "42" : "nowhere", {contact_a}));
    REQUIRE(reply.status == (i % 2 == 0 ? 200 : 404));
    REQUIRE(reply.connects == 0);
  }
  server.inspect([](Api &api) { api.switches().success = Success::no_content; });
  for (int i = 0; i < 3; ++i) {
    const Reply reply = client.send(server, removal("42", {contact_a}));
    CHECK(reply.status == 204);
    CHECK(reply.body.empty());
    CHECK(reply.connects == 0);
  }
}

TEST_CASE("requests sent ahead are answered in order") {
  Server server;
  const std::string two = on_the_wire(removal("42", {known})) + on_the_wire(removal("nowhere", {contact_a}));
  const std::string responses = send_bytes(server, two, "NOT_FOUND");
  CHECK(responses.find("{\"removed\":1}") < responses.find("NOT_FOUND"));
  CHECK(responses.find("NOT_FOUND") != std::string::npos);
}

TEST_CASE("sixty-four connections are served at once") {
  Server server;
  server.inspect([](Api &api) { api.switches().latency_ms = 300; });
  const auto start = std::chrono::steady_clock::now();
  std::mutex mutex;
  int done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&] {
      Client client;
      const Reply reply = client.send(server, removal("42", {contact_a}));
      const std::lock_guard lock(mutex);
      if (reply.status == 200) ++done;
    });
  }
  for (std::thread &thread : threads) thread.join();
  CHECK(done == 64);
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(300));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("a lost response closes the connection after the removal") {
  Server server;
  Client client;
  server.inspect([](Api &api) { api.switches().lost_every = 1; });
  const Reply reply = client.send(server, removal("42", {known}));
  CHECK(reply.result == CURLE_GOT_NOTHING);
  CHECK(reply.head.empty());
  server.inspect([](Api &api) {
    CHECK_FALSE(api.is_in_sequence("42", known));
    CHECK(api.counters().lost == 1);
    api.switches().lost_every = 0;
  });
  const Reply again = client.send(server, removal("42", {known}));
  CHECK(again.status == 200);
  CHECK(again.body == R"({"removed":0})");
}

TEST_CASE("bodies in chunks, slow ones and large ones arrive whole") {
  Server server;
  Client client;
  server.inspect([](Api &api) {
    api.switches().chunked = true;
    api.switches().body_bytes = 200'000;
  });
  Reply reply = client.send(server, removal("42", {known}));
  CHECK(reply.result == CURLE_OK);
  CHECK(reply.head.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(reply.head.find("Content-Length") == std::string::npos);
  CHECK(reply.body.size() == 200'000);
  CHECK(reply.body.find(R"({"removed":1} )") == 0);

  server.inspect([](Api &api) {
    api.switches() = Switches();
    api.switches().body_ms = 400;
  });
  const auto start = std::chrono::steady_clock::now();
  reply = client.send(server, removal("42", {known}));
  CHECK(reply.body == R"({"removed":0})");
  CHECK(reply.connects == 0);
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(390));
}

TEST_CASE("a request without a known length is refused and its connection closed") {
  Server server;
  Request chunked = removal("42", {contact_a});
  remove_header(chunked, "Content-Length");
  set_header(chunked, "Transfer-Encoding", "chunked");
  chunked.body = "0\r\n\r\n";
  std::string response = send_bytes(server, on_the_wire(chunked));
  CHECK(response.find("HTTP/1.1 400") == 0);
  CHECK(response.find("Connection: close\r\n") != std::string::npos);
  CHECK(response.find("Content-Length is missing") != std::string::npos);

  Request wrong = removal("42", {contact_a});
  set_header(wrong, "Content-Length", "99999999999");
  CHECK(send_bytes(server, on_the_wire(wrong)).find("HTTP/1.1 400") == 0);
  CHECK(counters_of(server).bad_requests == 2);
}

TEST_CASE("anything but HTTP/1.1 is refused and never reaches the Api") {
  Server server;
  for (const std::string bytes :
       {"nonsense\r\n\r\n", "DELETE /v1 HTTP/2\r\n\r\n", "DELETE  HTTP/1.1\r\nno colon\r\n\r\n",
        "DELETE /v1 HTTP/1.1\r\nHost : a\r\n\r\n", "DELETE /v1 HTTP/1.1\r\n folded\r\n\r\n"}) {
    CHECK(send_bytes(server, bytes).find("HTTP/1.1 400") == 0);
  }
  CHECK(send_bytes(server, "DELETE /" + std::string(70'000, 'a')).find("HTTP/1.1 400") == 0);
  CHECK(counters_of(server).requests == 0);
}

TEST_CASE("a request that breaks off is not executed") {
  Server server;
  const std::string bytes = on_the_wire(removal("42", {known}));
  {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0);
    ::send(socket, bytes.data(), bytes.size() - 1, MSG_NOSIGNAL);
    ::shutdown(socket, SHUT_WR);
    char byte = 0;
    CHECK(::recv(socket, &byte, 1, 0) <= 0);
    ::close(socket);
  }
  CHECK(counters_of(server).requests == 0);
}

TEST_CASE("the log has a line for each request and never a key") {
  std::vector<LogLine> lines;
  ServerOptions options;
  options.log = [&lines](const LogLine &line) { lines.push_back(line); };
  Server server(Api(), options);
  Client client;
  client.send(server, removal("42", {contact_a, contact_b}));
  client.send(server, removal("sk_test_secret", {contact_a}));
  server.stop();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].method == "DELETE");
  CHECK(lines[0].target == "/v1/sequences/42/contacts");
  CHECK(lines[0].status == 200);
  CHECK(lines[0].contacts == 2);
  CHECK_FALSE(lines[0].lost);
  CHECK(lines[1].target == "/v1/sequences/sk_test_***/contacts");
  CHECK(lines[1].status == 400);
}

TEST_CASE("a port is taken once, and free again after the end") {
  auto server = std::make_unique<Server>();
  ServerOptions same;
  same.port = server->port();
  CHECK_THROWS_AS(Server(Api(), same), std::runtime_error);
  server.reset();
  CHECK_NOTHROW(Server(Api(), same));
}

TEST_CASE("the end does not wait for kept connections or slow responses") {
  auto server = std::make_unique<Server>();
  Client idle;
  idle.send(*server, removal("42", {contact_a}));
  server->inspect([](Api &api) { api.switches().latency_ms = 15'000; });
  Reply reply;
  std::thread waiting([&] {
    Client client;
    reply = client.send(*server, removal("42", {contact_a}));
  });
  while (counters_of(*server).requests < 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto start = std::chrono::steady_clock::now();
  server->stop();
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
  waiting.join();
  CHECK(reply.result != CURLE_OK);
  server->stop();
}
