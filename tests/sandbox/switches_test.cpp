#include "sandbox/switches.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "sandbox/json_object.hpp"

using namespace skipcall::sandbox;
using nlohmann::json;

namespace {

Switches read(const json &value) {
  Switches switches;
  JsonObject object(value, "switches");
  read_switches(object, switches);
  return switches;
}

std::string problem(const json &value) {
  try {
    read(value);
    return "";
  } catch (const DataError &error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("without switches the API is as documented") {
  const Switches switches = read(json::object());
  CHECK(switches.reset == Reset::seconds);
  CHECK(switches.rate_headers == RateHeaders::always);
  CHECK(switches.window_ms == 60'000);
  CHECK(switches.success == Success::count);
  CHECK(switches.bad_request_body == ErrorBody::nested);
  CHECK(switches.lost_every == 0);
  CHECK(switches.fail_statuses == std::vector<int>{500});
}

TEST_CASE("every switch is read") {
  const Switches s = read(json::parse(R"({
    "reset": "delta", "retryAfter": "date", "rateHeaders": "not-on-429", "windowMs": 250, "windowStart": "clock",
    "limit": 7, "clockSkewMs": -9000000000, "dateHeader": false, "success": "no-content",
    "badRequestBody": "flat", "notFoundBody": "flat-details", "rateLimitedBody": "nest-text",
    "serverErrorBody": "nest-list", "echoKey": true, "lostEvery": 3,
    "poisonId": "123E4567-E89B-12D3-A456-426614174000", "failEvery": 4, "failProbability": 0.5, "failSeed": 99,
    "failStatuses": [502, 503], "redirect": "/elsewhere", "latencyMs": 10, "bodyMs": 20, "bodyBytes": 30,
    "chunked": true})"));
  CHECK(s.reset == Reset::delta);
  CHECK(s.retry_after == RetryAfter::date);
  CHECK(s.rate_headers == RateHeaders::not_on_429);
  CHECK(s.window_ms == 250);
  CHECK(s.window_start == WindowStart::clock);
  CHECK(s.limit == 7);
  CHECK(s.clock_skew_ms == -9'000'000'000);
  CHECK_FALSE(s.date_header);
  CHECK(s.success == Success::no_content);
  CHECK(s.bad_request_body == ErrorBody::flat);
  CHECK(s.not_found_body == ErrorBody::flat_details);
  CHECK(s.rate_limited_body == ErrorBody::nest_text);
  CHECK(s.server_error_body == ErrorBody::nest_list);
  CHECK(s.echo_key);
  CHECK(s.lost_every == 3);
  CHECK(s.poison_id == parse_uuid("123e4567-e89b-12d3-a456-426614174000"));
  CHECK(s.fail_every == 4);
  CHECK(s.fail_probability == 0.5);
  CHECK(s.fail_seed == 99);
  CHECK(s.fail_statuses == std::vector<int>{502, 503});
  CHECK(s.redirect == "/elsewhere");
  CHECK(s.latency_ms == 10);
  CHECK(s.body_ms == 20);
  CHECK(s.body_bytes == 30);
  CHECK(s.chunked);
}

TEST_CASE("every name of a value is known") {
  for (const char *name : {"seconds", "milliseconds", "delta"}) CHECK(problem({{"reset", name}}).empty());
  for (const char *name : {"none", "seconds", "date"}) CHECK(problem({{"retryAfter", name}}).empty());
  for (const char *name : {"always", "not-on-429", "never"}) CHECK(problem({{"rateHeaders", name}}).empty());
  for (const char *name : {"first-request", "clock"}) CHECK(problem({{"windowStart", name}}).empty());
  for (const char *name : {"count", "no-content", "empty", "no-count", "html"}) {
    CHECK(problem({{"success", name}}).empty());
  }
  for (const char *name : {"nested", "flat", "flat-details", "nest-text", "nest-list", "html", "empty"}) {
    CHECK(problem({{"notFoundBody", name}}).empty());
  }
}

TEST_CASE("a wrong switch is an error that names it") {
  CHECK(problem({{"resett", "delta"}}) == "switches.resett: is not a known member");
  CHECK(problem({{"reset", "Delta"}}) == "switches.reset: must be one of: seconds, milliseconds, delta");
  CHECK(problem({{"reset", 1}}).find("switches.reset: must be one of") == 0);
  CHECK(problem({{"windowMs", 0}}) == "switches.windowMs: must be at least 1");
  CHECK(problem({{"limit", -1}}) == "switches.limit: must be a whole number, 0 or more");
  CHECK(problem({{"limit", 4294967296}}) == "switches.limit: is too large");
  CHECK(problem({{"limit", 1.5}}) == "switches.limit: must be a whole number, 0 or more");
  CHECK(problem({{"clockSkewMs", 18446744073709551615u}}) == "switches.clockSkewMs: must be a whole number");
  CHECK(problem({{"dateHeader", 1}}) == "switches.dateHeader: must be true or false");
  CHECK(problem({{"failProbability", 1.1}}) == "switches.failProbability: must be a number from 0 to 1");
  CHECK(problem({{"failProbability", "1"}}) == "switches.failProbability: must be a number from 0 to 1");
  CHECK(problem({{"poisonId", "x"}}) == "switches.poisonId: must be a UUID");
  CHECK(problem({{"redirect", false}}) == "switches.redirect: must be a string");
  for (const json &list : {json(500), json::array(), json::array({200}), json::array({"500"})}) {
    CHECK(problem({{"failStatuses", list}}).find("switches.failStatuses: must be a list") == 0);
  }
  CHECK(problem(json::array()) == "switches: must be an object");
}
