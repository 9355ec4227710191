#include "sandbox/request_check.hpp"

#include "catch.hpp"
#include "requests.hpp"

using namespace skipcall::sandbox;

namespace {

// The message of the refusal; "" if there is none.
template <typename Value>
std::string refusal(const std::variant<Value, Refusal> &result, int status = 400) {
  const Refusal *refused = std::get_if<Refusal>(&result);
  if (refused == nullptr) return "";
  CHECK(refused->status == status);
  CHECK_FALSE(refused->code.empty());
  return refused->message;
}

std::string refused_headers(const Request &request) {
  const auto refused = check_headers(request);
  if (!refused) return "";
  CHECK(refused->status == 400);
  return refused->message;
}

Request with_authorization(const std::string &value) {
  Request request = removal("A", {contact_a});
  set_header(request, "Authorization", value);
  return request;
}

Request with_target(const std::string &target) {
  return request_with(target, "{}", "sk_test_expert");
}

std::string sequence_of(const std::string &segment) {
  const auto result = read_target(with_target("/v1/sequences/" + segment + "/contacts"));
  const std::string *id = std::get_if<std::string>(&result);
  return id == nullptr ? "refused " + std::to_string(std::get<Refusal>(result).status) : *id;
}

}  // namespace

TEST_CASE("the key is what follows Bearer and one space") {
  CHECK(std::get<std::string>(read_key(with_authorization("Bearer sk_test_a-B_9"))) == "sk_test_a-B_9");
  for (const char *value :
       {"sk_test_a", "Basic sk_test_a", "bearer sk_test_a", "Bearer", "Bearer ", "Bearer  sk_test_a",
        "Bearer sk_test_a ", "Bearer sk_test_a b", "Bearer sk_test_\xc3\xa9", ""}) {
    CAPTURE(value);
    const std::string message = refusal(read_key(with_authorization(value)));
    CHECK(message.find("Authorization") == 0);
    CHECK(message.find("sk_test_") == std::string::npos);
  }
  Request twice = with_authorization("Bearer sk_test_a");
  twice.headers.push_back({"authorization", "Bearer sk_test_b"});
  CHECK_FALSE(refusal(read_key(twice)).empty());
  Request bare = removal("A", {contact_a});
  remove_header(bare, "Authorization");
  CHECK_FALSE(refusal(read_key(bare), 401).empty());
  CHECK(std::get<Refusal>(read_key(with_authorization("Bearer sk_live_x"))).code == "LIVE_KEY_REFUSED");
  CHECK(std::get<Refusal>(read_key(with_authorization("sk_live_x"))).code == "LIVE_KEY_REFUSED");
}

TEST_CASE("the target names one sequence in one percent-encoded segment") {
  CHECK(sequence_of("42") == "42");
  CHECK(sequence_of("a%20b") == "a b");
  CHECK(sequence_of("%C3%A9%2f%3F") == "é/?");
  CHECK(sequence_of("a+b~(c)") == "a+b~(c)");
  CHECK(sequence_of("...") == "...");
  CHECK(sequence_of("contacts") == "contacts");
  for (const char *segment : {"a b", "%", "%4", "%4g", "%g4", "a%", "\xc3\xa9", "%ff", "%ed%a0%80", ".", "..",
                              "%2e", "%2E%2e", "a\"b", "a\\b", "a|b", "a^b", "\x01"}) {
    CAPTURE(segment);
    CHECK(sequence_of(segment) == "refused 400");
  }
  for (const char *target :
       {"/v1/sequences//contacts", "/v1/sequences/contacts", "/v1/sequences/a/b/contacts",
        "/v1/sequences/a/contacts/", "/v1/sequences/a", "//v1/sequences/a/contacts",
        "/V1/sequences/a/contacts", "/v1/sequences/a/Contacts", "/", "", "*",
        "http://127.0.0.1/v1/sequences/a/contacts", "/v1/sequences/a?/contacts"}) {
    CAPTURE(target);
    CHECK_FALSE(refusal(read_target(with_target(target)), 404).empty());
  }
  CHECK_FALSE(refusal(read_target(with_target("/v1/sequences/a/contacts?")), 400).empty());
  CHECK_FALSE(refusal(read_target(with_target("/v1/sequences/a/contacts?force=1")), 400).empty());
  CHECK_FALSE(refusal(read_target(with_target("/v1/sequences/a/contacts#x")), 400).empty());
  CHECK(refusal(read_target(with_target("/sk_test_secret")), 404).find("secret") == std::string::npos);
}

TEST_CASE("only DELETE is a removal") {
  for (const char *method : {"GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "delete", "DELETE ", ""}) {
    CAPTURE(method);
    Request request = removal("A", {contact_a});
    request.method = method;
    CHECK_FALSE(refusal(read_target(request), 405).empty());
  }
}

TEST_CASE("headers must describe a JSON body of known length") {
  CHECK(refused_headers(removal("A", {contact_a})).empty());
  for (const char *type :
       {"application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"}) {
    Request request = removal("A", {contact_a});
    set_header(request, "Content-Type", type);
    CHECK(refused_headers(request).empty());
  }
  for (const char *type : {"text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "",
                           "application/json; charset=latin1", "application/json, text/plain"}) {
    CAPTURE(type);
    Request request = removal("A", {contact_a});
    set_header(request, "Content-Type", type);
    CHECK(refused_headers(request) == "Content-Type must be application/json");
  }
  for (const char *length : {"0", "1", "-1", "+55", "055", "0x37", "", "99999999999999999999"}) {
    CAPTURE(length);
    Request request = removal("A", {contact_a});
    set_header(request, "Content-Length", length);
    CHECK(refused_headers(request).find("Content-Length does not match") == 0);
  }
  for (const char *name : {"Content-Type", "Content-Length"}) {
    Request missing = removal("A", {contact_a});
    remove_header(missing, name);
    CHECK(refused_headers(missing) == std::string(name) + " is missing");
    Request twice = removal("A", {contact_a});
    twice.headers.push_back({name, *find_header(twice.headers, name)});
    CHECK(refused_headers(twice) == std::string(name) + " appears more than once");
  }
  for (const char *name : {"Transfer-Encoding", "content-encoding", "Cookie", "Proxy-Authorization"}) {
    CAPTURE(name);
    Request request = removal("A", {contact_a});
    set_header(request, name, "x");
    CHECK(refused_headers(request).find("is not allowed here") != std::string::npos);
  }
}

TEST_CASE("a key may appear only in Authorization") {
  Request header = removal("A", {contact_a});
  header.headers.push_back({"X-Debug", "key=sk_test_expert"});
  Request body = removal("A", {"sk_live_1"});
  const Request target = removal("sk_test_expert", {contact_a});
  for (const Request &request : {header, body, target}) {
    CHECK(refused_headers(request) == "an API key appears outside Authorization");
  }
}

TEST_CASE("the body is contactIds with 1 to 100 UUIDs and nothing else") {
  const auto result = read_contacts(body_of({contact_a, "123E4567-E89B-12D3-A456-426614174001", contact_a}));
  const auto &contacts = std::get<std::vector<Uuid>>(result);
  REQUIRE(contacts.size() == 3);
  CHECK(format_uuid(contacts[1]) == contact_b);
  CHECK(contacts[0] == contacts[2]);
  CHECK(refusal(read_contacts(body_of(std::vector<std::string>(100, contact_a)))).empty());
  CHECK(refusal(read_contacts(" { \"contactIds\" : [ \"" + std::string(contact_a) + "\" ] }\n")).empty());

  const std::string id = "\"" + std::string(contact_a) + "\"";
  const std::vector<std::string> wrong = {
      "",
      "null",
      "[" + id + "]",
      "{}",
      "{\"contactIds\":null}",
      "{\"contactIds\":" + id + "}",
      "{\"contactIds\":[]}",
      body_of(std::vector<std::string>(101, contact_a)),
      "{\"contactIds\":[null]}",
      "{\"contactIds\":[1]}",
      "{\"contactIds\":[[" + id + "]]}",
      "{\"contactIds\":[" + id + ",]}",
      "{\"contactIds\":[" + id + "]",
      "{\"contactIds\":[" + id + "]} x",
      "{\"contactIds\":[" + id + "]}" + std::string(1, '\0'),
      "{\"contactids\":[" + id + "]}",
      "{\"contactIds\":[" + id + "],\"force\":true}",
      "{\"contactIds\":[" + id + "],\"contactIds\":[" + id + "]}",
      "{'contactIds':[" + id + "]}",
      "{\"contactIds\":[" + id + "]/**/}",
      "\xef\xbb\xbf{\"contactIds\":[" + id + "]}",
      "{\"contactIds\":[\"\xff\"]}",
      body_of({"123e4567-e89b-12d3-a456-42661417400"}),
      body_of({" 123e4567-e89b-12d3-a456-426614174000"}),
      body_of({"{123e4567-e89b-12d3-a456-426614174000}"}),
      body_of({"123e4567e89b12d3a456426614174000"}),
      body_of({""}),
  };
  for (const std::string &body : wrong) {
    CAPTURE(body);
    CHECK_FALSE(refusal(read_contacts(body)).empty());
  }
}
