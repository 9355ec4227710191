// The manifest and the sandbox agree about the server: its plans, and how it answers a connection's test.
#include <algorithm>
#include <set>
#include <string>

#include "catch.hpp"
#include "manifest_file.hpp"
#include "sandbox/api.hpp"

namespace skipcall {
namespace {

constexpr uint64_t now_ms = 1'767'225'600'000;

// A key of each kind. The one sequence holds the contact that the test asks for, but from another sequence.
const char *const keys = R"({"keys": [
  {"key": "sk_test_starter", "plan": "STARTER"},
  {"key": "sk_test_intermediaire", "plan": "INTERMÉDIAIRE"},
  {"key": "sk_test_expert", "plan": "EXPERT"},
  {"key": "sk_test_scoped", "plan": "EXPERT", "sequences": ["A"]},
  {"key": "sk_test_revoked", "plan": "EXPERT", "status": "revoked"},
  {"key": "sk_test_unpaid", "plan": "EXPERT", "status": "no-subscription"},
  {"key": "sk_test_free", "plan": "FREE"}
], "sequences": [{"id": "A", "contacts": ["00000000-0000-0000-0000-000000000000"]}]})";

const Json &connection() {
  return manifest()["connections"][0];
}

// The test of the connection as a host sends it, with this key filled in.
sandbox::Request test_request(const std::string &key) {
  const Json &test = connection()["test"];
  sandbox::Request request{test["method"], test["target"], {}, test["body"].dump()};
  for (const auto &[name, value] : connection()["headers"].items()) {
    std::string text = value;
    if (const size_t at = text.find("{key}"); at != std::string::npos) text.replace(at, 5, key);
    request.headers.push_back({name, text});
  }
  request.headers.push_back({"Content-Type", "application/json"});
  request.headers.push_back({"Content-Length", std::to_string(request.body.size())});
  return request;
}

bool lists(const Json &statuses, int status) {
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

}  // namespace

TEST_CASE("the tiers are the plans with API access, each with its requests per minute") {
  std::set<sandbox::Plan> plans;
  for (const auto &[name, limit] : manifest()["actions"][0]["rateLimit"]["tiers"].items()) {
    INFO(name);
    const Json key = {{"key", "sk_test_x"}, {"plan", name}};
    const sandbox::Data data =
        sandbox::parse_data(Json{{"keys", {key}}, {"sequences", Json::array()}}.dump());
    CHECK(limit == sandbox::requests_per_minute(data.keys.at(0).plan));
    CHECK_FALSE(data.usable_key().empty());
    plans.insert(data.keys[0].plan);
  }
  CHECK(plans == std::set{sandbox::Plan::starter, sandbox::Plan::intermediaire, sandbox::Plan::expert});
}

TEST_CASE("the test of the connection passes with a key that the API accepts, and fails with any other") {
  const Json &test = connection()["test"];
  sandbox::Api api(sandbox::parse_data(keys));
  for (const std::string key :
       {"sk_test_starter", "sk_test_intermediaire", "sk_test_expert", "sk_test_scoped"}) {
    INFO(key);
    const int status = api.handle(test_request(key), now_ms).status;
    CHECK(lists(test["pass"], status));
    CHECK_FALSE(lists(test["fail"], status));
    CHECK(api.window_of(key)->remaining() == api.window_of(key)->limit() - 1);
  }
  for (const std::string key :
       {"sk_test_revoked", "sk_test_nobody", "sk_test_unpaid", "sk_test_free", "sk_live_x"}) {
    INFO(key);
    const int status = api.handle(test_request(key), now_ms).status;
    CHECK(lists(test["fail"], status));
    CHECK_FALSE(lists(test["pass"], status));
  }
  // Each verdict came from what it is about, and nothing was changed.
  const sandbox::Counters &seen = api.counters();
  CHECK(seen.bad_requests == 0);
  CHECK(seen.not_found == 4);
  CHECK(seen.unauthorized == 2);
  CHECK(seen.forbidden == 2);
  CHECK(seen.live_keys == 1);
  CHECK(api.contacts_in("A") == 1);
}

}  // namespace skipcall
