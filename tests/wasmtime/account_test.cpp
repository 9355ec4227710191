// The action's account of a run against what the server saw, when responses are lost on kept connections.
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"
#include "drive.hpp"
#include "sandbox/server.hpp"

namespace skipcall {
namespace {

using Json = nlohmann::json;

constexpr std::array modules = {WASM_MODULE, WASM_EMSCRIPTEN_MODULE};
constexpr const char *key = "sk_test_account";

TEST_CASE("a lost response is accounted for: the result counts each request that the server saw") {
  const auto [lost_every, batches] = GENERATE(table<uint32_t, uint32_t>({{3, 6}, {20, 60}}));
  const std::string file = GENERATE(from_range(modules));
  CAPTURE(lost_every, file);
  constexpr uint32_t batch = 10;
  sandbox::Data data;
  data.keys.push_back({key});
  data.sequences.push_back({"A", sandbox::generate_contacts(batches * batch, 1)});
  data.switches.lost_every = lost_every;
  Json input = {{"sequenceId", "A"}, {"options", {{"batchSize", batch}}}};
  for (const sandbox::Uuid &contact : data.sequences[0].contacts) {
    input["contactIds"].push_back(sandbox::format_uuid(contact));
  }
  sandbox::Server server{sandbox::Api(data)};
  host::HttpClient http(host::Connection("skipcall", server.base_url(), host::SecretString(key)));
  const host::RunEnd end =
      run_action(host::Module::load(file, {}), http, {"remove_contacts", input.dump(), 0, 1}, {});
  REQUIRE(end.failure_text == "");
  const Json result = Json::parse(end.result);
  sandbox::Counters seen;
  server.inspect([&](sandbox::Api &api) { seen = api.counters(); });
  INFO(end.result.substr(0, 500));
  CHECK(result["status"] == "completed");
  CHECK(seen.lost > 0);
  CHECK(result["requests"] == seen.requests);
  CHECK(result["retries"] == seen.lost);
  CHECK(result["removed"] < seen.removed);
  CHECK(result["removedExact"] == false);
  CHECK(seen.removed == batches * batch);
}

}  // namespace
}  // namespace skipcall
