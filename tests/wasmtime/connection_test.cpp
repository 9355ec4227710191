#include "connection.hpp"

#include "catch.hpp"
#include "expect_fault.hpp"

using namespace skipcall::host;

static const char *const key = "sk_test_0123456789";

static Connection connect(const std::string &base) {
  return Connection("test", base, SecretString(key));
}

TEST_CASE("a base URL is https, or http to this machine, and nothing but origin and path") {
  for (const char *base :
       {"https://api.example.com", "https://api.example.com:8443/", "https://example.com/v2/api/",
        "http://127.0.0.1:8080", "http://localhost", "http://[::1]:9/x", "http://127.9.9.9"}) {
    CAPTURE(base);
    CHECK_NOTHROW(connect(base));
  }
  for (const char *base : {"",
                           "api.example.com",
                           "ftp://example.com",
                           "file:///etc/passwd",
                           "http://example.com",
                           "http://10.0.0.1",
                           "http://localhost.example.com",
                           "http://128.0.0.1",
                           "http://0.0.0.0",
                           "https://user@example.com",
                           "https://user:word@example.com",
                           "https://example.com?x=1",
                           "https://example.com/#top",
                           "https://example.com/?",
                           "https://example.com/a/../b",
                           "https://example.com/%2e%2E/b",
                           "https://example.com//a",
                           "https://exa mple.com",
                           "https://example.com\\a",
                           "https://ex\xc3\xa4mple.com",
                           "https://",
                           "https://example.com:99999",
                           "https://example.com//",
                           "http://127.0.0.1@example.com/"}) {
    CAPTURE(base);
    CHECK(fault_of([&] { connect(base); }).fault() == Fault::connection);
  }
}

TEST_CASE("a password in a base URL is not repeated in the error") {
  CHECK_THAT(fault_of([] { connect("https://user:hunter2@example.com"); }).what(),
             !Catch::Matchers::ContainsSubstring("hunter2"));
}

TEST_CASE("base and target are concatenated") {
  CHECK(connect("https://example.com").url_of("/v1/x") == "https://example.com/v1/x");
  CHECK(connect("https://example.com/").url_of("/v1/x") == "https://example.com/v1/x");
  CHECK(connect("https://example.com/api/").url_of("/v1/x?q=a/b&r=%2F") ==
        "https://example.com/api/v1/x?q=a/b&r=%2F");
  CHECK(connect("https://example.com").url_of("/a%2Fb..c/...%2f") == "https://example.com/a%2Fb..c/...%2f");
  CHECK(connect("https://example.com").url_of("/a;b/c%2f..d/...;x/it's?q=..%2f..&[a]=%25") ==
        "https://example.com/a;b/c%2f..d/...;x/it's?q=..%2f..&[a]=%25");
  CHECK(connect("https://example.com").url_of("/@evil.example/:80") ==
        "https://example.com/@evil.example/:80");
}

TEST_CASE("a target that could leave the base is refused") {
  Connection connection = connect("https://example.com/api");
  for (const std::string &target : {std::string(""),
                                    std::string("v1"),
                                    std::string("@evil.example"),
                                    std::string(".evil.example"),
                                    std::string(":8080/x"),
                                    std::string("//evil.example"),
                                    std::string("/a//b"),
                                    std::string("/a\\b"),
                                    std::string("/a#b"),
                                    std::string("/.."),
                                    std::string("/../x"),
                                    std::string("/a/./b"),
                                    std::string("/a/.."),
                                    std::string("/%2e%2e/x"),
                                    std::string("/.%2E/x"),
                                    std::string("/a/%2e"),
                                    std::string("/..;/x"),
                                    std::string("/a/.;x=1/b"),
                                    std::string("/%2e%2e;/x"),
                                    std::string("/..%2fx"),
                                    std::string("/a%2F..%2Fx"),
                                    std::string("/a%2f%2e%2e"),
                                    std::string("/a%5c..%5Cx"),
                                    std::string("/%252e%252e/x"),
                                    std::string("/%25252e%25252e%25252fx"),
                                    std::string("/a\"b"),
                                    std::string("/a<b"),
                                    std::string("/a>b"),
                                    std::string("/a`b"),
                                    std::string("/a{b}"),
                                    std::string("/a|b"),
                                    std::string("/a^b"),
                                    std::string("/a?b='c'"),
                                    std::string("/a%"),
                                    std::string("/a%2"),
                                    std::string("/a%zz"),
                                    std::string("/a b"),
                                    std::string("/a\r\nb"),
                                    std::string("/a\tb"),
                                    std::string("/a\0b", 4),
                                    std::string("/\xc3\xa4"),
                                    std::string("/a\x7f"),
                                    std::string("http://evil.example/")}) {
    CAPTURE(target);
    CHECK(connection.url_of(target).empty());
  }
}

TEST_CASE("a key is long enough and visible, or absent") {
  auto with_key = [](std::string_view text) {
    Connection("test", "https://example.com", SecretString(text));
  };
  CHECK_NOTHROW(with_key(""));
  CHECK_NOTHROW(with_key("sk_live_x"));
  for (std::string_view bad : {"sh0rt", "sk_test_ with space", "sk_test_line\n", "sk_test_\xc3\xa4"}) {
    HostError error = fault_of([&] { with_key(bad); });
    CHECK(error.fault() == Fault::connection);
    CHECK_THAT(error.what(), !Catch::Matchers::ContainsSubstring(std::string(bad)));
  }
}

using Headers = std::vector<std::pair<std::string, std::string>>;
using Lines = std::vector<std::string>;

static Connection with_headers(const Headers &headers, const std::string &value = key) {
  return Connection(DeclaredConnection{"test", "", {}, headers}, "https://example.com", SecretString(value));
}

TEST_CASE("every header that the manifest declares is sent, with the fields in it") {
  CHECK(connect("https://example.com").credential_lines() ==
        Lines{std::string("Authorization: Bearer ") + key});
  CHECK(
      with_headers({{"X-Api-Key", "{key}"}, {"X-Version", "2"}, {"Authorization", "a {key}:{key} {} b"}}, key)
          .credential_lines() == Lines{std::string("X-Api-Key: ") + key, "X-Version: 2",
                                       std::string("Authorization: a ") + key + ":" + key + " {} b"});
  DeclaredConnection declared{"test",
                              "",
                              {{"account", "Account", "^[a-z]+$", false}, {"key", "Key", "", true}},
                              {{"Authorization", "Basic {account}:{key}"}, {"X-Account", "{account}"}}};
  FieldValues values;
  values.emplace("key", SecretString(key));
  SECTION("each in its place") {
    values.emplace("account", SecretString("me"));
    Connection connection(declared, "https://example.com", std::move(values));
    CHECK(connection.has_credential());
    CHECK(connection.credential_lines() ==
          Lines{std::string("Authorization: Basic me:") + key, "X-Account: me"});
    CHECK_FALSE(connection.header_lines_of("x-account: x\r\n"));
  }
  SECTION("one is missing") {
    CHECK_FALSE(Connection(declared, "https://example.com", std::move(values)).has_credential());
  }
  SECTION("one value for two fields") {
    HostError error = fault_of([&] { Connection(declared, "https://example.com", SecretString(key)); });
    CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("account, key"));
  }
  SECTION("one of an unknown field") {
    values.emplace("other", SecretString(key));
    CHECK(fault_of([&] { Connection(declared, "https://example.com", std::move(values)); }).fault() ==
          Fault::connection);
  }
}

TEST_CASE("a value must match its field's pattern") {
  const auto with_pattern = [](const std::string &pattern, const std::string &value) {
    DeclaredConnection declared{"test", "", {{"key", "Key", pattern, true}}, {{"Authorization", "{key}"}}};
    return Connection(declared, "https://example.com", SecretString(value)).has_credential();
  };
  CHECK(with_pattern("^sk_(live|test)_", key));
  CHECK(with_pattern("0123", key));
  CHECK_FALSE(with_pattern("^sk_live_", ""));
  HostError error = fault_of([&] { with_pattern("^sk_live_", key); });
  CHECK(error.fault() == Fault::connection);
  CHECK_THAT(error.what(),
             Catch::Matchers::ContainsSubstring("^sk_live_") && !Catch::Matchers::ContainsSubstring(key));
  // A pattern that this library cannot read is ignored; one that another library would take years for is
  // evaluated.
  CHECK(with_pattern("(", key));
  CHECK(with_pattern("\\p{L}", key));
  CHECK(fault_of([&] { with_pattern("^(a+)+$", std::string(60, 'a') + "!"); }).fault() == Fault::connection);
}

TEST_CASE("a connection without a field needs no key") {
  Connection connection(DeclaredConnection{"test", "", {}, {{"X-Version", "2"}}}, "https://example.com",
                        FieldValues());
  CHECK(connection.has_credential());
  CHECK(connection.credential_lines() == Lines{"X-Version: 2"});
  CHECK(connection.key().empty());
}

TEST_CASE("a header that a connection may not set is refused, whatever its value") {
  for (const char *name :
       {"Host", "Transfer-Encoding", "content-length", "Connection", "Cookie", "Proxy-Authorization",
        "Sec-Fetch-Site", "Expect", "Via", "X-HTTP-Method-Override"}) {
    CAPTURE(name);
    HostError error = fault_of([&] { with_headers({{"Authorization", "{key}"}, {name, "{key}"}}); });
    CHECK(error.fault() == Fault::connection);
    CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring(name));
  }
  CHECK(fault_of([&] { with_headers({{"X-Key", "{key}"}, {"x-key", "2"}}); }).fault() == Fault::connection);
  for (const auto &bad : Headers{{"", "{key}"},
                                 {"A B", "{key}"},
                                 {"A:", "{key}"},
                                 {"A", "{key}\r\nB: c"},
                                 {"A", ""},
                                 {"A", "{key}\xc3\xa4"}}) {
    CHECK(fault_of([&] { with_headers({bad}); }).fault() == Fault::connection);
  }
}

TEST_CASE("an echoed key is masked, a cut one at the end too") {
  Connection connection = connect("https://example.com");
  auto masked = [&](std::string text, bool cut_off) {
    connection.mask_key(text, cut_off);
    return text;
  };
  CHECK(masked(std::string("<") + key + "> and " + key, false) ==
        "<******************> and ******************");
  CHECK(masked("ends with sk_test_0123", true) == "ends with ************");
}

TEST_CASE("every value that is long enough is masked") {
  DeclaredConnection declared{
      "test", "", {{"id", "", "", false}, {"user", "", "", false}}, {{"A", "{id} {user} {key}"}}};
  FieldValues values;
  values.emplace("id", SecretString("42"));
  values.emplace("user", SecretString("somebody"));
  values.emplace("key", SecretString(key));
  Connection connection(declared, "https://example.com", std::move(values));
  Connection moved = std::move(connection);
  std::string text = std::string("42 somebody ") + key;
  moved.mask_key(text, false);
  CHECK(text == "42 ******** ******************");
}

TEST_CASE("headers that the module may not set are refused") {
  Connection connection = connect("https://example.com");
  CHECK(connection.header_lines_of("") == Lines{});
  CHECK(connection.header_lines_of(
            "Content-Type:application/json\r\nAccept: \t*/* \r\nX-Empty:\r\nX-Utf8: \xc3\xa4\r\n") ==
        Lines{"Content-Type: application/json", "Accept: */*", "X-Empty: ", "X-Utf8: \xc3\xa4"});
  for (const char *name : {"Authorization",
                           "AUTHORIZATION",
                           "Cookie",
                           "Host",
                           "Content-Length",
                           "Transfer-Encoding",
                           "Connection",
                           "Proxy-Authorization",
                           "proxy-connection",
                           "TE",
                           "Upgrade",
                           "Expect",
                           "Keep-Alive",
                           "Trailer",
                           "Via",
                           "Forwarded",
                           "Sec-Fetch-Mode",
                           "sec-",
                           "X-HTTP-Method-Override",
                           "X-HTTP-Method",
                           "X-Method-Override"}) {
    CAPTURE(name);
    CHECK_FALSE(connection.header_lines_of(std::string(name) + ": x\r\n"));
  }
  for (const std::string &block :
       {std::string("Accept: x"), std::string("Accept x\r\n"), std::string(": x\r\n"),
        std::string("Acc ept: x\r\n"), std::string("Accept: x\ny: z\r\n"),
        std::string("Accept: x\rHost: z\r\n"), std::string("Accept: \0\r\n", 11), std::string("\r\n"),
        std::string(" Accept: x\r\n"), std::string("X: ") + std::string(70000, 'x') + "\r\n"}) {
    CHECK_FALSE(connection.header_lines_of(block));
  }
}

TEST_CASE("the header that carries the key is the host's own, whatever it is called") {
  Connection connection = with_headers({{"X-Api-Key", "{key}"}});
  for (const char *name : {"X-Api-Key", "x-api-key", "X-API-KEY", "Authorization"}) {
    CAPTURE(name);
    CHECK_FALSE(connection.header_lines_of(std::string("Accept: x\r\n") + name + ": x\r\n"));
  }
  CHECK(connection.header_lines_of("X-Api-Key-Id: x\r\n"));
  CHECK(connect("https://example.com").header_lines_of("X-Api-Key: x\r\n"));
}
