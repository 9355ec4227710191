#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "catch.hpp"
#include "error.hpp"
#include "instance.hpp"

namespace skipcall {
namespace {

using host::Announcement;
using host::HostError;
using host::Instance;
using host::InstanceLimits;
using host::Module;
using Json = nlohmann::json;

constexpr std::array modules = {WASM_MODULE, WASM_EMSCRIPTEN_MODULE};
constexpr uint64_t now = 1'767'225'600'000;
constexpr uint64_t page = 65536;

// `count` ids, the number in the last digits; if `interleaved`, those of two sequences alternate.
std::string input_of(uint32_t count, bool interleaved = false) {
  std::string ids[2];
  for (uint32_t i = 0; i < count; i++) {
    char id[48];
    std::snprintf(id, sizeof id, "\"%08x-0000-4000-8000-%012x\",", i * 2654435761u, i);
    ids[interleaved ? i % 2 : 0] += id;
  }
  for (std::string &list : ids) {
    if (!list.empty()) list.pop_back();
  }
  if (!interleaved) return R"({"sequenceId":"A","contactIds":[)" + ids[0] + "]}";
  const std::string half = R"({"sequenceId":"B","contactIds":[)" + ids[1] + "]}";
  return R"({"removals":[{"sequenceId":"A","contactIds":[)" + ids[0] + "]}," + half + "," + half +
         R"(,{"sequenceId":"A","contactIds":[]}]})";
}

// Confirms what the run sends until it is done or has sent `requests`.
void confirm(Instance &instance, uint32_t run, uint32_t requests) {
  int32_t state = instance.wake(run, now);
  uint32_t answered = 0;
  while (state == ACTION_WAITING && answered < requests) {
    for (const Announcement &call : instance.take_announcements()) {
      const auto contacts = std::count(call.request.body.begin(), call.request.body.end(), '-') / 4;
      const host::HttpResponse response{200, 0, 0, "", "{\"removed\":" + std::to_string(contacts) + "}", ""};
      state = instance.http_done(run, call.exchange, now + ++answered, &response);
    }
  }
}

// A run from start to end with at most that much memory; nothing: the module reported that there is none.
std::optional<Json> run_within(const Module &module, const std::string &input, uint64_t bytes) {
  std::optional<Instance> instance;
  try {
    instance.emplace(module, InstanceLimits{bytes, std::chrono::milliseconds(60000)});
  } catch (const HostError &) {
    return std::nullopt;  // less than the module begins with
  }
  uint32_t run = 0;
  try {
    run = instance->start("remove_contacts", input, 0, 1);
  } catch (const HostError &error) {
    REQUIRE(error.fault() == host::Fault::no_memory);
    return std::nullopt;
  }
  confirm(*instance, run, 10);
  REQUIRE(instance->cancel(run, now + 1000) == ACTION_DONE);
  return Json::parse(instance->result(run));
}

}  // namespace

TEST_CASE("with any amount of memory a run ends with a result, or does not begin, and never traps") {
  const std::string input = input_of(8000, true);
  for (const char *file : modules) {
    INFO(file);
    const Module module = Module::load(file, {});
    unsigned not_begun = 0, failed = 0, whole = 0;
    for (uint64_t pages = 1; pages <= 64; pages++) {
      INFO(pages << " pages");
      const std::optional<Json> result = run_within(module, input, pages * page);
      if (!result) {
        not_begun++;
        continue;
      }
      const Json &counts = *result;
      if (counts["stoppedBy"] == "internal") {
        failed++;
        CHECK(counts["errors"][0]["cause"] == "internal");
        continue;
      }
      whole++;
      CHECK(counts["requested"] == 12000);
      CHECK(counts["duplicates"] == 4000);
      size_t listed = 0;
      for (const Json &removal : counts["remaining"]["removals"]) listed += removal["contactIds"].size();
      CHECK(listed + counts["confirmed"].get<size_t>() == 8000);
    }
    // All three kinds occurred, so the transitions between them did too.
    CHECK(not_begun > 0);
    CHECK(failed > 0);
    CHECK(whole > 0);
  }
}

TEST_CASE("ten thousand runs on one instance leave its memory as it was") {
  const std::string input = input_of(150);
  for (const char *file : modules) {
    INFO(file);
    const Module module = Module::load(file, {});
    Instance instance(module);
    uint64_t settled = 0;
    for (int i = 0; i < 10000; i++) {
      const uint32_t run = instance.start("remove_contacts", input, 0, static_cast<uint64_t>(i));
      confirm(instance, run, 3);
      if (i % 3 == 0) instance.cancel(run, now + 100);
      instance.release(run);
      instance.take_announcements();
      if (i == 10) settled = instance.memory_bytes();
    }
    CHECK(instance.memory_bytes() == settled);
  }
}

TEST_CASE("a million contacts fit in 128 MiB, including the last list of what remains") {
  for (const char *file : modules) {
    for (const bool interleaved : {false, true}) {
      INFO(file << (interleaved ? ", two sequences alternating" : ""));
      const Module module = Module::load(file, {});
      Instance instance(module, {256u << 20, std::chrono::milliseconds(60000)});
      const uint32_t run = instance.start("remove_contacts", input_of(1'000'000, interleaved), 0, 1);
      confirm(instance, run, 10);
      REQUIRE(instance.cancel(run, now + 1000) == ACTION_DONE);
      const std::string result = instance.result(run);
      CHECK(result.find("\"stoppedBy\":\"cancelled\"") != std::string::npos);
      CHECK(instance.memory_bytes() <= 128u << 20);
      instance.release(run);
    }
  }
}

}  // namespace skipcall
