// A module of ABI 1.0, kept as it was built then, still runs: a minor version only adds.
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "guest.hpp"
#include "module_description.hpp"

namespace skipcall::vectors {
namespace {

constexpr const char *file_1_0 = SKIPCALL_SOURCE_DIR "/tests/module/remove_contacts_1.0.wasm";
constexpr uint64_t now_ms = 1'767'225'600'000;

}  // namespace

TEST_CASE("a module of ABI 1.0 runs, and ignores what came after it") {
  CHECK(host::describe_module(host::read_binary_file(file_1_0)).abi_version == "1.0");
  const auto guest = module_guest(file_1_0);
  const uint32_t run = guest->start(
      R"({"sequenceId":"A","contactIds":["00000000-0000-4000-8000-000000000001","00000000-0000-4000-8000-000000000002"]})",
      0, 1);
  REQUIRE(run != 0);
  CHECK(guest->wake(run, now_ms) == ACTION_WAITING);
  CHECK(guest->take_calls().size() == 1);
  host::HttpResponse response;
  response.status = 200;
  response.body = R"({"removed":1})";
  response.flags = ACTION_HTTP_MAY_HAVE_REPEATED;
  CHECK(guest->answer(run, 1, now_ms + 100, &response) == ACTION_DONE);
  const auto result = nlohmann::json::parse(guest->result(run));
  CHECK(result["status"] == "completed");
  CHECK(result["confirmed"] == 2);
  CHECK(result["removed"] == 1);
  guest->release(run);
}

}  // namespace skipcall::vectors
