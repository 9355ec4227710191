#include "sandbox/api.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "requests.hpp"

using namespace skipcall::sandbox;
using nlohmann::json;

namespace {

constexpr uint64_t start_ms = 1'700'000'000'250;  // Tue, 14 Nov 2023 22:13:20 GMT and a quarter second

Data small_data() {
  Data data;
  data.keys = {{"sk_test_expert", Plan::expert, KeyStatus::active, std::nullopt},
               {"sk_test_starter", Plan::starter, KeyStatus::active, std::nullopt},
               {"sk_test_inter", Plan::intermediaire, KeyStatus::active, std::nullopt},
               {"sk_test_free", Plan::free, KeyStatus::active, std::nullopt},
               {"sk_test_unpaid", Plan::expert, KeyStatus::no_subscription, std::nullopt},
               {"sk_test_revoked", Plan::expert, KeyStatus::revoked, std::nullopt},
               {"sk_test_scoped", Plan::expert, KeyStatus::active, std::vector<std::string>{"A"}}};
  data.sequences = {{"A", {*parse_uuid(contact_a), *parse_uuid(contact_b)}},
                    {"Relance été/1", {*parse_uuid(contact_a)}}};
  return data;
}

std::string header(const Response &response, const char *name) {
  const std::string *value = find_header(response.headers, name);
  return value == nullptr ? "(none)" : *value;
}

void check_error(const Response &response, int status, const std::string &code) {
  CHECK(response.status == status);
  const json body = json::parse(response.body);
  CHECK(body["error"]["code"] == code);
  CHECK(body["error"]["status"] == status);
  CHECK_FALSE(body["error"]["message"].get<std::string>().empty());
}

}  // namespace

TEST_CASE("a removal removes the contacts from their sequence, once") {
  Api api(small_data());
  CHECK(api.is_in_sequence("A", contact_a));

  const Response first = api.handle(removal("A", {contact_a, contact_b, contact_c}), start_ms);
  CHECK(first.status == 200);
  CHECK(first.body == R"({"removed":2})");
  CHECK(header(first, "content-type") == "application/json; charset=utf-8");
  CHECK(first.contacts == 3);
  CHECK_FALSE(first.lost);

  CHECK_FALSE(api.is_in_sequence("A", contact_a));
  CHECK(api.contacts_in("A") == 0);
  CHECK(api.removed_from("A") == 2);
  CHECK(api.is_in_sequence("Relance été/1", contact_a));

  CHECK(api.handle(removal("A", {contact_a, contact_b}), start_ms).body == R"({"removed":0})");
  CHECK(api.counters().accepted == 2);
  CHECK(api.counters().removed == 2);
}

TEST_CASE("duplicates, upper case and unknown contacts are not errors") {
  Api api(small_data());
  const std::string upper = "123E4567-E89B-12D3-A456-426614174000";
  CHECK(api.handle(removal("A", {contact_a, upper, contact_a, contact_c}), start_ms).body ==
        R"({"removed":1})");
}

TEST_CASE("a sequence id is decoded from its segment") {
  Api api(small_data());
  CHECK(api.handle(removal("Relance%20%C3%A9t%c3%a9%2F1", {contact_a}), start_ms).body == R"({"removed":1})");
  CHECK_FALSE(api.is_in_sequence("Relance été/1", contact_a));
}

TEST_CASE("unknown, revoked and missing keys are unauthorized") {
  Api api(small_data());
  check_error(api.handle(removal("A", {contact_a}, "sk_test_nobody"), start_ms), 401, "UNAUTHORIZED");
  check_error(api.handle(removal("A", {contact_a}, "sk_test_revoked"), start_ms), 401, "UNAUTHORIZED");
  Request bare = removal("A", {contact_a});
  remove_header(bare, "Authorization");
  check_error(api.handle(bare, start_ms), 401, "UNAUTHORIZED");
  CHECK(api.counters().unauthorized == 3);
  CHECK(api.is_in_sequence("A", contact_a));
}

TEST_CASE("a live key is refused loudly and never repeated") {
  Api api(small_data());
  api.switches().echo_key = true;
  const Response response = api.handle(removal("A", {contact_a}, "sk_live_0123456789"), start_ms);
  check_error(response, 401, "LIVE_KEY_REFUSED");
  CHECK(response.body.find("0123456789") == std::string::npos);
  CHECK(api.counters().live_keys == 1);
}

TEST_CASE("plan and subscription decide before the form of the request") {
  Api api(small_data());
  check_error(api.handle(removal("A", {"nonsense"}, "sk_test_free"), start_ms), 403, "PLAN_NOT_ELIGIBLE");
  check_error(api.handle(removal("A", {contact_a}, "sk_test_unpaid"), start_ms), 403,
              "SUBSCRIPTION_REQUIRED");
  CHECK(api.counters().forbidden == 2);
  CHECK(api.counters().bad_requests == 0);
}

TEST_CASE("refusals of a key have the bodies of the API document") {
  Api api(small_data());
  const auto body = [&](const char *key) {
    return api.handle(removal("A", {contact_a}, key), start_ms).body;
  };
  const char *const unauthorized =
      R"({"error":{"code":"UNAUTHORIZED","message":"Invalid or revoked API key","status":401}})";
  CHECK(body("sk_test_nobody") == unauthorized);
  CHECK(body("sk_test_revoked") == unauthorized);
  CHECK(body("sk_test_unpaid") ==
        R"({"error":{"code":"SUBSCRIPTION_REQUIRED",)"
        R"("message":"An active subscription is required to access the API","status":403}})");
  CHECK(body("sk_test_free") ==
        R"({"error":{"code":"PLAN_NOT_ELIGIBLE",)"
        R"("message":"API access requires STARTER, INTERMÉDIAIRE or EXPERT plan","status":403}})");
}

TEST_CASE("a sequence that is unknown or outside the scope is not found") {
  Api api(small_data());
  check_error(api.handle(removal("B", {contact_a}), start_ms), 404, "NOT_FOUND");
  const Response outside =
      api.handle(removal("Relance%20%C3%A9t%C3%A9%2F1", {contact_a}, "sk_test_scoped"), start_ms);
  check_error(outside, 404, "NOT_FOUND");
  CHECK(outside.contacts == 1);
  CHECK(api.handle(removal("A", {contact_a}, "sk_test_scoped"), start_ms).status == 200);
  CHECK(api.counters().not_found == 2);
}

TEST_CASE("another route or method is refused and counted as a bad request") {
  Api api(small_data());
  Request get = removal("A", {contact_a});
  get.method = "GET";
  const Response refused = api.handle(get, start_ms);
  check_error(refused, 405, "METHOD_NOT_ALLOWED");
  CHECK(header(refused, "Allow") == "DELETE");
  check_error(api.handle(request_with("/v1/contacts", "{}", "sk_test_expert"), start_ms), 404,
              "ROUTE_NOT_FOUND");
  check_error(api.handle(request_with("/v1/sequences/A/contacts", "{}", "sk_test_expert"), start_ms), 400,
              "BAD_REQUEST");
  CHECK(api.counters().bad_requests == 3);
  CHECK(api.counters().not_found == 0);
}

TEST_CASE("each request counts once") {
  Api api(small_data());
  for (const char *key : {"sk_test_expert", "sk_test_free", "sk_test_nobody", "sk_live_x"}) {
    for (const char *sequence : {"A", "B"}) api.handle(removal(sequence, {contact_a}, key), start_ms);
  }
  const Counters &c = api.counters();
  CHECK(c.requests == 8);
  CHECK(c.accepted + c.refused + c.unauthorized + c.live_keys + c.forbidden + c.not_found + c.bad_requests +
            c.failed + c.redirected ==
        8);
}

TEST_CASE("every response states the plan's limit") {
  Api api(small_data());
  CHECK(header(api.handle(removal("A", {contact_a}), start_ms), "X-RateLimit-Limit") == "1000");
  CHECK(header(api.handle(removal("A", {contact_a}, "sk_test_starter"), start_ms), "X-RateLimit-Limit") ==
        "100");
  CHECK(header(api.handle(removal("A", {contact_a}, "sk_test_inter"), start_ms), "X-RateLimit-Limit") ==
        "100");
  for (const char *key : {"sk_test_free", "sk_test_unpaid", "sk_test_nobody", "sk_live_x"}) {
    const Response response = api.handle(removal("A", {contact_a}, key), start_ms);
    CHECK(header(response, "X-RateLimit-Limit") != "(none)");
    CHECK(header(response, "X-RateLimit-Remaining") != "(none)");
    CHECK(header(response, "X-RateLimit-Reset") != "(none)");
  }
}

TEST_CASE("beyond the limit of a window everything is refused until it ends") {
  Api api(small_data());
  for (int i = 0; i < 100; ++i) {
    const Response response = api.handle(removal("A", {contact_c}, "sk_test_starter"), start_ms + 100);
    REQUIRE(response.status == 200);
    CHECK(header(response, "X-RateLimit-Remaining") == std::to_string(99 - i));
  }
  const uint64_t end_ms = start_ms + 100 + 60'000;
  check_error(api.handle(removal("A", {contact_a}, "sk_test_starter"), end_ms - 1), 429,
              "RATE_LIMIT_EXCEEDED");
  CHECK(api.is_in_sequence("A", contact_a));
  CHECK(api.counters().refused == 1);
  CHECK(api.handle(removal("A", {contact_a}), end_ms - 1).status == 200);  // another key has its own window
  CHECK(api.window_of("sk_test_starter")->remaining() == 0);
  CHECK(api.handle(removal("A", {contact_a}, "sk_test_starter"), end_ms).status == 200);
  CHECK(api.window_of("sk_test_nobody") == nullptr);
}

TEST_CASE("switch: the reset time") {
  Data data = small_data();
  std::string expected;
  SECTION("in seconds, rounded up, so that whoever waits that long finds the new window") {
    expected = "1700000061";
  }
  SECTION("in milliseconds") {
    data.switches.reset = Reset::milliseconds;
    expected = "1700000060250";
  }
  SECTION("as the seconds that are left") {
    data.switches.reset = Reset::delta;
    expected = "60";
  }
  SECTION("by a clock that is an hour behind") {
    data.switches.clock_skew_ms = -3'600'000;
    expected = "1699996461";
  }
  SECTION("by a window that begins with the clock's minute") {
    data.switches.window_start = WindowStart::clock;
    expected = "1700000040";
  }
  SECTION("of a small window") {
    data.switches.window_ms = 2000;
    expected = "1700000003";
  }
  Api api(data);
  CHECK(header(api.handle(removal("A", {contact_a}), start_ms), "X-RateLimit-Reset") == expected);
}

TEST_CASE("switch: Retry-After on a 429") {
  Data data = small_data();
  data.switches.limit = 1;
  std::string expected;
  SECTION("none") {
    expected = "(none)";
  }
  SECTION("seconds") {
    data.switches.retry_after = RetryAfter::seconds;
    expected = "59";
  }
  SECTION("date") {
    data.switches.retry_after = RetryAfter::date;
    expected = "Tue, 14 Nov 2023 22:14:21 GMT";
  }
  SECTION("date of a clock that is ten seconds ahead") {
    data.switches.retry_after = RetryAfter::date;
    data.switches.clock_skew_ms = 10'000;
    expected = "Tue, 14 Nov 2023 22:14:31 GMT";
  }
  Api api(data);
  CHECK(header(api.handle(removal("A", {contact_a}), start_ms), "Retry-After") == "(none)");
  const Response refused = api.handle(removal("A", {contact_a}), start_ms + 1500);
  CHECK(refused.status == 429);
  CHECK(header(refused, "X-RateLimit-Limit") == "1");
  CHECK(header(refused, "Retry-After") == expected);
}

TEST_CASE("switch: when the rate headers are sent") {
  Data data = small_data();
  data.switches.limit = 1;
  bool on_200 = true;
  bool on_429 = true;
  SECTION("always") {}
  SECTION("not on a 429") {
    data.switches.rate_headers = RateHeaders::not_on_429;
    on_429 = false;
  }
  SECTION("never") {
    data.switches.rate_headers = RateHeaders::never;
    on_200 = on_429 = false;
  }
  Api api(data);
  const Response accepted = api.handle(removal("A", {contact_a}), start_ms);
  const Response refused = api.handle(removal("A", {contact_a}), start_ms);
  for (const char *name : {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}) {
    CHECK((header(accepted, name) != "(none)") == on_200);
    CHECK((header(refused, name) != "(none)") == on_429);
  }
}

TEST_CASE("switch: the Date header") {
  Api api(small_data());
  CHECK(header(api.handle(removal("A", {contact_a}), start_ms), "Date") == "Tue, 14 Nov 2023 22:13:20 GMT");
  api.switches().clock_skew_ms = -20'000;
  CHECK(header(api.handle(removal("A", {contact_a}), start_ms), "Date") == "Tue, 14 Nov 2023 22:13:00 GMT");
  api.switches().date_header = false;
  CHECK(header(api.handle(removal("A", {contact_a}), start_ms), "Date") == "(none)");
}

TEST_CASE("switch: the response to a removal") {
  Api api(small_data());
  const auto answer_with = [&api](Success success) {
    api.switches().success = success;
    return api.handle(removal("A", {contact_a}), start_ms);
  };
  Response response = answer_with(Success::no_content);
  CHECK(response.status == 204);
  CHECK(response.body.empty());
  CHECK(header(response, "Content-Type") == "(none)");
  CHECK_FALSE(api.is_in_sequence("A", contact_a));
  response = answer_with(Success::empty);
  CHECK(response.status == 200);
  CHECK(response.body.empty());
  response = answer_with(Success::no_count);
  CHECK(response.body == R"({"success":true})");
  response = answer_with(Success::html);
  CHECK(response.status == 200);
  CHECK(header(response, "Content-Type") == "text/html; charset=utf-8");
}

TEST_CASE("switch: the form of each error") {
  Api api(small_data());
  api.switches().limit = 3;
  api.switches().bad_request_body = ErrorBody::nest_list;
  api.switches().not_found_body = ErrorBody::html;
  api.switches().server_error_body = ErrorBody::empty;
  api.switches().rate_limited_body = ErrorBody::flat;
  api.switches().poison_id = parse_uuid(contact_a);
  CHECK(json::parse(api.handle(removal("A", {"x"}), start_ms).body)["message"].is_array());
  CHECK(header(api.handle(removal("B", {contact_b}), start_ms), "Content-Type") ==
        "text/html; charset=utf-8");
  const Response failed = api.handle(removal("A", {contact_a}), start_ms);
  CHECK(failed.status == 500);
  CHECK(failed.body.empty());
  CHECK(header(failed, "Content-Type") == "(none)");
  const Response refused = api.handle(removal("A", {contact_b}), start_ms);
  CHECK(refused.status == 429);
  CHECK(json::parse(refused.body)["code"] == "RATE_LIMIT_EXCEEDED");
}

TEST_CASE("switch: every Nth response is lost, after the removal") {
  Api api(small_data());
  api.switches().lost_every = 2;
  CHECK_FALSE(api.handle(removal("A", {contact_a}), start_ms).lost);
  CHECK_FALSE(api.handle(removal("B", {contact_a}), start_ms).lost);
  CHECK(api.handle(removal("A", {contact_b}), start_ms).lost);
  CHECK_FALSE(api.is_in_sequence("A", contact_b));
  CHECK(api.counters().lost == 1);
  CHECK(api.counters().accepted == 2);
}

TEST_CASE("switch: an id poisons its batch") {
  Api api(small_data());
  api.switches().poison_id = parse_uuid(contact_b);
  check_error(api.handle(removal("A", {contact_a, contact_b}), start_ms), 500, "INTERNAL_SERVER_ERROR");
  CHECK(api.is_in_sequence("A", contact_a));
  CHECK(api.handle(removal("A", {contact_a}), start_ms).status == 200);
  CHECK(api.counters().failed == 1);
}

TEST_CASE("switch: every Nth request fails, before the removal") {
  Api api(small_data());
  api.switches().fail_every = 2;
  api.switches().fail_statuses = {502, 503, 504};
  std::vector<int> statuses;
  for (int i = 0; i < 8; ++i) statuses.push_back(api.handle(removal("A", {contact_c}), start_ms).status);
  CHECK(statuses == std::vector<int>{200, 502, 200, 503, 200, 504, 200, 502});
  CHECK(api.counters().failed == 4);
}

TEST_CASE("switch: requests fail with a probability, the same for the same seed") {
  const auto failures = [](double probability, uint64_t seed) {
    Data data = small_data();
    data.switches.fail_probability = probability;
    data.switches.fail_seed = seed;
    data.switches.limit = 10'000;
    Api api(data);
    std::string pattern;
    for (int i = 0; i < 2000; ++i) {
      pattern += api.handle(removal("A", {contact_c}), start_ms).status == 200 ? '.' : 'x';
    }
    return pattern;
  };
  const std::string pattern = failures(0.25, 7);
  const auto count = std::count(pattern.begin(), pattern.end(), 'x');
  CHECK(count > 400);
  CHECK(count < 600);
  CHECK(failures(0.25, 7) == pattern);
  CHECK(failures(0.25, 8) != pattern);
  CHECK(failures(0, 7).find('x') == std::string::npos);
  CHECK(failures(1, 7).find('.') == std::string::npos);
}

TEST_CASE("switch: a redirect instead of a removal") {
  Api api(small_data());
  api.switches().redirect = "https://elsewhere.example/login";
  const Response response = api.handle(removal("A", {contact_a}), start_ms);
  CHECK(response.status == 302);
  CHECK(header(response, "Location") == "https://elsewhere.example/login");
  CHECK(api.is_in_sequence("A", contact_a));
  CHECK(api.counters().redirected == 1);
}

TEST_CASE("switch: errors echo the key") {
  Api api(small_data());
  CHECK(api.handle(removal("B", {contact_a}), start_ms).body.find("sk_test_expert") == std::string::npos);
  api.switches().echo_key = true;
  CHECK(api.handle(removal("B", {contact_a}), start_ms).body.find("sk_test_expert") != std::string::npos);
  CHECK(api.handle(removal("B", {contact_a}, "sk_test_nobody"), start_ms).body.find("sk_test_nobody") !=
        std::string::npos);
}

TEST_CASE("switch: latency, slow, large and chunked bodies") {
  Api api(small_data());
  api.switches().latency_ms = 120;
  api.switches().body_ms = 300;
  api.switches().body_bytes = 5000;
  api.switches().chunked = true;
  const Response response = api.handle(removal("A", {contact_a}), start_ms);
  CHECK(response.delay_ms == 120);
  CHECK(response.body_ms == 300);
  CHECK(response.chunked);
  CHECK(response.body.size() == 5000);
  CHECK(json::parse(response.body)["removed"] == 1);

  api.switches().success = Success::empty;
  const Response empty = api.handle(removal("A", {contact_a}), start_ms);
  CHECK(empty.body.empty());
  CHECK_FALSE(empty.chunked);
}

TEST_CASE("equal calls give equal responses") {
  const auto transcript = [] {
    Data data = small_data();
    data.switches.fail_probability = 0.5;
    data.switches.limit = 5;
    Api api(data);
    std::string text;
    for (uint64_t i = 0; i < 20; ++i) {
      const Response response = api.handle(removal("A", {contact_a}), start_ms + i * 9000);
      text += std::to_string(response.status) + response.body;
      for (const Header &line : response.headers) text += line.name + line.value;
    }
    return text;
  };
  CHECK(transcript() == transcript());
}
