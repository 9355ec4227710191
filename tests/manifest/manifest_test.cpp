// The core and the manifest agree on names, limits, options, the meaning of each response, and the sample run.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api.hpp"
#include "catch.hpp"
#include "input.hpp"
#include "manifest_file.hpp"
#include "removals.hpp"
#include "response.hpp"
#include "run.hpp"

// The shell needs a host; none of its runs is woken here.
void action_host_http_send(uint32_t, uint32_t, const action_http_request *) {
  FAIL("something was sent");
}
void action_host_http_cancel(uint32_t, uint32_t) {
  FAIL("something was cancelled");
}

namespace skipcall {
namespace {

const Json &action() {
  return manifest()["actions"][0];
}
const Json &options() {
  return action()["input"]["schema"]["properties"]["options"]["properties"];
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// The first row of the errors table that fits.
const Json &row_of(uint32_t status, const std::string &code) {
  for (const Json &row : action()["errors"]) {
    if (row.contains("code") && row["code"] != code) continue;
    if (!row.contains("status")) return row;
    const Json &statuses = row["status"];
    if (std::find(statuses.begin(), statuses.end(), status) != statuses.end()) return row;
  }
  FAIL("no row of errors fits status " << status);
  return action();
}

void check_row(const Json &row, const Response &response) {
  CHECK(row["cause"] == std::string(cause_name(response.cause)));
  const bool is_retry = response.verdict == Verdict::retry || response.verdict == Verdict::rate_limited;
  CHECK(row.value("retryable", false) == is_retry);
  CHECK(row.value("retryable", false) == is_retryable(response.cause));
}

// What the schema of manifests says about the errors table.
std::string errors_description() {
  const Json schema = read_json_file("plugin-manifest/manifest.schema.json");
  return schema["$defs"]["action"]["properties"]["errors"]["description"];
}

class RecordingHost final : public Host {
 public:
  void send(uint32_t exchange, const Request &request) override {
    exchanges.push_back(exchange);
    timeout_ms = request.timeout_ms;
    target = request.target;
    body = request.body;
  }
  void cancel(uint32_t) override { FAIL("something was cancelled"); }

  std::vector<uint32_t> exchanges;
  uint32_t timeout_ms = 0;
  std::string target, body;
};

}  // namespace

TEST_CASE("the request of the manifest is the one the core sends") {
  const Json &request = action()["request"];
  CHECK(request["connection"] == std::string(api::connection));
  CHECK(request["method"] == std::string(api::method));
  CHECK(request["pathTemplate"] ==
        std::string(api::target_prefix) + "{sequenceId}" + std::string(api::target_suffix));
  CHECK(request["timeoutMs"] == Options().request_timeout_ms);
  CHECK(request["responseLimitBytes"] == api::response_limit_bytes);
  CHECK(request["batch"]["atMost"] == api::contacts_at_most);
  CHECK(request["batch"]["atMost"] == Options().batch_size);
  CHECK(manifest()["connections"].size() == 1);
  CHECK(manifest()["connections"][0]["id"] == std::string(api::connection));
}

TEST_CASE("the rate limit of the manifest is the one the core keeps") {
  const Json &limit = action()["rateLimit"];
  CHECK(limit["windowMs"] == api::rate_window_ms);
  CHECK(limit["headers"].size() == 4);
  CHECK(lower(limit["headers"]["limit"]) == api::limit_header);
  CHECK(lower(limit["headers"]["remaining"]) == api::remaining_header);
  CHECK(lower(limit["headers"]["reset"]) == api::reset_header);
  CHECK(lower(limit["headers"]["retryAfter"]) == api::retry_after_header);
  for (const Json &status : limit["statuses"]) {
    CHECK(row_of_status(status.get<uint32_t>()).cause == Cause::rate_limited);
  }
}

TEST_CASE("each option has the default and the range that the core gives it") {
  const Options defaults;
  std::set<std::string> names = {"onInvalid", "dryRun"};
  for (const NumberOption &option : number_options) {
    const std::string name(option.name);
    INFO(name);
    names.insert(name);
    REQUIRE(options().contains(name));
    const Json &schema = options()[name];
    CHECK(schema["type"] == "integer");
    CHECK(schema["minimum"] == option.at_least);
    CHECK(schema["maximum"] == option.at_most);
    // What has no default is 0 in the core, which means: not given.
    CHECK(schema.value("default", uint64_t{0}) == defaults.*option.member);
    const bool may_be_absent = name == "maxDurationMs" || name == "leaveRemaining";
    CHECK(schema.contains("default") != may_be_absent);
  }
  for (const auto &[name, schema] : options().items()) {
    INFO(name);
    CHECK(names.count(name) == 1);
  }
  CHECK(options().size() == names.size());
  CHECK(options()["dryRun"]["default"] == defaults.dry_run);
  CHECK(options()["onInvalid"]["default"] == (defaults.skip_invalid ? "skip" : "fail"));
  const std::string share = "Default: " + std::to_string(100 / leave_remaining_divisor) + " %";
  CHECK(options()["leaveRemaining"]["description"].get<std::string>().find(share) != std::string::npos);
}

TEST_CASE("each response has the cause that the table of errors gives it, and is retried as it says") {
  const std::string codes[] = {"OTHER", "SUBSCRIPTION_REQUIRED", "PLAN_NOT_ELIGIBLE", "NOT_FOUND"};
  for (uint32_t status = 200; status <= 599; status++) {
    for (const std::string &code : codes) {
      const std::string body = R"({"error":{"code":")" + code + R"(","message":"m"}})";
      RawResponse raw;
      raw.status = status;
      raw.error = ACTION_HTTP_OK;
      raw.body = body;
      Response response;
      read_response(raw, 1, response);
      if (response.verdict == Verdict::confirmed) {
        CHECK(status == 204);
        continue;
      }
      INFO("status " << status << ", code " << code);
      check_row(row_of(status, code), response);
    }
  }
}

TEST_CASE("each missing response has the cause of status 0, or the one that the schema gives it") {
  const std::string text = errors_description();
  const std::map<uint32_t, std::string> host_decisions = {{ACTION_HTTP_TLS, "TLS"},
                                                          {ACTION_HTTP_TOO_LARGE, "TOO_LARGE"},
                                                          {ACTION_HTTP_DENIED, "DENIED"},
                                                          {ACTION_HTTP_NO_CREDENTIAL, "NO_CREDENTIAL"},
                                                          {ACTION_HTTP_CANCELLED, "CANCELLED"},
                                                          {ACTION_HTTP_REDIRECT, "REDIRECT"}};
  for (uint32_t error = ACTION_HTTP_OK; error <= ACTION_HTTP_REDIRECT + 1; error++) {
    for (const uint32_t status : {0u, 200u}) {
      if (status == 200 && error == ACTION_HTTP_OK) continue;  // a success
      for (const bool not_sent : {false, true}) {
        INFO("status " << status << ", error " << error << (not_sent ? ", not sent" : ""));
        RawResponse raw;
        raw.status = status;
        raw.error = error;
        raw.not_sent = not_sent;
        Response response;
        read_response(raw, 1, response);
        const auto decision = host_decisions.find(error);
        if (decision == host_decisions.end()) {
          check_row(row_of(0, ""), response);
          continue;
        }
        const std::string cause(cause_name(response.cause));
        CHECK(text.find("ACTION_HTTP_" + decision->second + " is " + cause) != std::string::npos);
        CHECK(response.verdict != Verdict::retry);
      }
    }
  }
}

TEST_CASE("the causes are those of the schema of manifests, in order") {
  const Json schema = read_json_file("plugin-manifest/manifest.schema.json");
  std::vector<std::string> names;
  for (unsigned i = 1; i < cause_count; i++) names.emplace_back(cause_name(static_cast<Cause>(i)));
  CHECK(schema["$defs"]["cause"]["enum"] == names);
}

TEST_CASE("the reasons of invalid ids are those of the output schema, in order") {
  std::vector<std::string> names;
  for (const InvalidReason reason : {InvalidReason::not_a_uuid, InvalidReason::not_text, InvalidReason::empty,
                                     InvalidReason::bad_sequence_id}) {
    names.emplace_back(invalid_reason_name(reason));
  }
  const Json &invalid_ids = action()["output"]["schema"]["properties"]["invalidIds"];
  CHECK(invalid_ids["items"]["properties"]["reason"]["enum"] == names);
}

TEST_CASE("the core accepts the inputs that the input schema accepts") {
  const Json cases = read_json_file("tests/manifest/inputs.json")["inputs"];
  REQUIRE(cases.size() >= 40);
  for (const Json &each : cases) {
    const std::string document = each["input"].dump();
    Input input;
    read_input(document, 1, input);
    INFO(each["name"].get<std::string>() << ": " << document << ": " << input.problem.view());
    CHECK(input.problem.empty() == each["taken"].get<bool>());
    CHECK_FALSE(input.out_of_memory);
  }
}

TEST_CASE("the sample input, answered as the API does, gives the sample output") {
  const Json &sample = action()["output"]["sample"];
  const Json &rate = sample["rateLimit"];
  RecordingHost host;
  Run run(action()["input"]["sample"].dump(), 0, 1);
  const uint64_t now_ms = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  REQUIRE(run.wake(now_ms, host) == ACTION_WAITING);
  REQUIRE(host.exchanges.size() == 1);
  CHECK(host.timeout_ms == action()["request"]["timeoutMs"]);
  CHECK(host.target == "/v1/sequences/spring/contacts");
  CHECK(Json::parse(host.body) == Json{{"contactIds", action()["input"]["sample"]["contactIds"]}});

  const std::string headers = "X-RateLimit-Limit: " + rate["limit"].dump() +
                              "\r\nX-RateLimit-Remaining: " + rate["remaining"].dump() +
                              "\r\nX-RateLimit-Reset: " + std::to_string(now_ms / 1000 + 60) + "\r\n";
  const std::string body = R"({"removed":2})";
  RawResponse response;
  response.status = 200;
  response.error = ACTION_HTTP_OK;
  response.headers = headers;
  response.body = body;
  REQUIRE(run.answer(host.exchanges[0], now_ms + 100, response, host) == ACTION_DONE);
  CHECK(std::string(run.result()) == sample.dump());
}

TEST_CASE("the manifest is embedded without its white space") {
  const action_bytes *bytes = action_manifest();
  REQUIRE(bytes != nullptr);
  CHECK(std::string(reinterpret_cast<const char *>(bytes->ptr), bytes->len) == manifest().dump());
}

}  // namespace skipcall
