// The C ABI, natively: exports called as a host calls them.
#include <malloc.h>

#include <cstddef>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "account_fault.hpp"
#include "catch.hpp"
#include "failing_memory.hpp"
#include "remove_contacts.h"
#include "sample.hpp"

namespace {

constexpr uint64_t now = 1'750'000'000'000;

struct Announced {
  uint32_t run, exchange;
  std::string connection, method, target, headers, body;
};

std::vector<Announced> announced;
std::vector<std::pair<uint32_t, uint32_t>> cancelled;
std::function<void()> inside_of_import;

std::string text(const action_bytes &bytes) {
  return std::string(reinterpret_cast<const char *>(bytes.ptr), bytes.len);
}

}  // namespace

void action_host_http_send(uint32_t run, uint32_t exchange, const action_http_request *request) {
  CHECK(request->size == sizeof *request);
  CHECK(request->timeout_ms == 30'000);
  CHECK(request->response_limit == 65'536);
  CHECK(request->reserved == 0);
  announced.push_back({run, exchange, text(request->connection), text(request->method), text(request->target),
                       text(request->headers), text(request->body)});
  if (inside_of_import) inside_of_import();
}

void action_host_http_cancel(uint32_t run, uint32_t exchange) {
  cancelled.emplace_back(run, exchange);
  if (inside_of_import) inside_of_import();
}

namespace skipcall {
namespace {

// Forgets what other tests left.
void reset() {
  announced.clear();
  cancelled.clear();
  inside_of_import = nullptr;
}

uint32_t start(const std::string &input, uint32_t flags = 0) {
  auto *block = static_cast<uint8_t *>(action_alloc(static_cast<uint32_t>(input.size())));
  REQUIRE(block != nullptr);
  std::memcpy(block, input.data(), input.size());
  return remove_contacts(block, static_cast<uint32_t>(input.size()), flags, 1);
}

// A block with a response, followed by its headers and its body.
action_http_response *respond(uint32_t status, const std::string &body, const std::string &headers = "") {
  const size_t size = sizeof(action_http_response) + headers.size() + body.size();
  auto *block = static_cast<uint8_t *>(action_alloc(static_cast<uint32_t>(size)));
  uint8_t *at = block + sizeof(action_http_response);
  std::memcpy(at, headers.data(), headers.size());
  std::memcpy(at + headers.size(), body.data(), body.size());
  action_http_response response{};
  response.size = sizeof response;
  response.status = status;
  response.headers = {at, static_cast<uint32_t>(headers.size())};
  response.body = {at + headers.size(), static_cast<uint32_t>(body.size())};
  std::memcpy(block, &response, sizeof response);
  return reinterpret_cast<action_http_response *>(block);
}

std::string result_of(uint32_t run) {
  const action_bytes *result = action_result(run);
  REQUIRE(result != nullptr);
  const std::string json = text(*result);
  CHECK(account_fault(json) == "");
  return json;
}

}  // namespace

TEST_CASE("the version and the manifest") {
  CHECK(action_abi_version() == ACTION_ABI_VERSION);
  const action_bytes *manifest = action_manifest();
  REQUIRE(manifest != nullptr);
  CHECK(action_manifest() == manifest);
  CHECK(nlohmann::json::parse(text(*manifest)).at("actions")[0].at("export") == "remove_contacts");
}

TEST_CASE("blocks are 8-aligned, and free accepts what was never passed in") {
  for (uint32_t size = 0; size < 40; size++) {
    void *block = action_alloc(size);
    REQUIRE(block != nullptr);
    CHECK(reinterpret_cast<uintptr_t>(block) % 8 == 0);
    std::memset(block, 0xff, size);
    action_free(block);
  }
  action_free(nullptr);
  const FailingMemory failing;
  CHECK(action_alloc(1) == nullptr);
}

TEST_CASE("a whole run over the ABI") {
  reset();
  const uint32_t run = start(removal("A", 2));
  REQUIRE(run > 0);
  CHECK(announced.empty());
  CHECK(action_result(run) == nullptr);
  CHECK(action_status(run)->state == ACTION_WAITING);
  CHECK(action_wake(run, now) == ACTION_WAITING);
  REQUIRE(announced.size() == 1);
  CHECK(announced[0].run == run);
  CHECK(announced[0].exchange == 1);
  CHECK(announced[0].connection == "skipcall");
  CHECK(announced[0].method == "DELETE");
  CHECK(announced[0].target == "/v1/sequences/A/contacts");
  CHECK(announced[0].headers == "content-type: application/json\r\naccept: application/json\r\n");
  CHECK(announced[0].body == R"({"contactIds":[)" + contacts(2) + "]}");
  const action_progress *progress = action_status(run);
  REQUIRE(progress != nullptr);
  CHECK(progress->size == sizeof *progress);
  CHECK(progress->phase == ACTION_PHASE_SENDING);
  CHECK(progress->total == 2);
  CHECK(progress->open == 1);
  CHECK(progress->requests == 1);
  CHECK(progress->reserved == 0);
  CHECK(action_http_done(run, 1, now + 5, respond(200, R"({"removed":2})", "x: y\r\n")) == ACTION_DONE);
  CHECK(action_status(run)->confirmed == 2);
  CHECK(action_status(run)->wake_ms == 0);
  CHECK(nlohmann::json::parse(result_of(run))["status"] == "completed");
  action_release(run);
  CHECK(action_result(run) == nullptr);
  CHECK(action_status(run) == nullptr);
  CHECK(action_wake(run, now) == ACTION_E_RUN);
  CHECK(action_cancel(run, now) == ACTION_E_RUN);
  CHECK(action_http_done(run, 1, now, respond(200, "")) == ACTION_E_RUN);
  action_release(run);
}

TEST_CASE("runs that never existed") {
  for (const uint32_t run : {0u, 0x7fffffffu, 0x80000000u, UINT32_MAX}) {
    CHECK(action_wake(run, now) == ACTION_E_RUN);
    CHECK(action_cancel(run, now) == ACTION_E_RUN);
    CHECK(action_http_done(run, 1, now, nullptr) == ACTION_E_RUN);
    CHECK(action_status(run) == nullptr);
    CHECK(action_result(run) == nullptr);
    action_release(run);
  }
}

TEST_CASE("an input that is not a block of this size starts nothing; no input at all is an empty document") {
  CHECK(remove_contacts(nullptr, 5, 0, 1) == 0);
  CHECK(remove_contacts(static_cast<uint8_t *>(action_alloc(4)), 5, 0, 1) == 0);
  CHECK(remove_contacts(static_cast<uint8_t *>(action_alloc(4)), UINT32_MAX, 0, 1) == 0);
  const uint32_t run = remove_contacts(nullptr, 0, 0, 1);
  REQUIRE(run > 0);
  CHECK(nlohmann::json::parse(result_of(run))["stoppedBy"] == "invalid-input");
  action_release(run);
}

TEST_CASE("a bad input and an unknown flag are runs that are done") {
  for (const auto &[input, flags, stopped_by] :
       {std::tuple<std::string, uint32_t, std::string>{"{", 0, "invalid-input"},
        {removal("A", 1), 1, "configuration"}}) {
    const uint32_t run = start(input, flags);
    REQUIRE(run > 0);
    CHECK(action_status(run)->state == ACTION_DONE);
    CHECK(nlohmann::json::parse(result_of(run))["stoppedBy"] == stopped_by);
    CHECK(action_wake(run, now) == ACTION_DONE);
    CHECK(action_http_done(run, 1, now, respond(200, "")) == ACTION_DONE);
    CHECK(action_cancel(run, now) == ACTION_DONE);
    action_release(run);
  }
}

TEST_CASE("no export may be called from inside an import") {
  reset();
  const uint32_t other = start("{");
  REQUIRE(other > 0);
  void *const block = action_alloc(8);
  action_http_response *const response = respond(200, "");
  auto *const input = static_cast<uint8_t *>(action_alloc(2));
  std::memcpy(input, "{}", 2);
  uint32_t run = start(removal("A", 1));
  unsigned calls = 0;
  inside_of_import = [&] {
    CHECK(action_alloc(8) == nullptr);
    CHECK(action_wake(run, now) == ACTION_E_BUSY);
    CHECK(action_wake(other, now) == ACTION_E_BUSY);
    CHECK(action_cancel(run, now) == ACTION_E_BUSY);
    CHECK(action_http_done(run, 1, now, nullptr) == ACTION_E_BUSY);
    CHECK(action_status(run) == nullptr);
    CHECK(action_result(other) == nullptr);
    action_release(other);
    if (calls++ == 0) {  // blocks that are passed in are still freed
      CHECK(action_http_done(run, 1, now, response) == ACTION_E_BUSY);
      CHECK(remove_contacts(input, 2, 0, 1) == 0);
      action_free(block);
    }
  };
  CHECK(action_wake(run, now) == ACTION_WAITING);
  CHECK(action_cancel(run, now) == ACTION_DONE);  // calls http_cancel
  CHECK(calls == 2);
  inside_of_import = nullptr;
  CHECK(cancelled.size() == 1);
  CHECK(action_result(other) != nullptr);
  CHECK(action_result(run) != nullptr);
  action_release(other);
  action_release(run);
}

TEST_CASE("a struct of an older size, or ranges outside the block, only free the block") {
  reset();
  const uint32_t run = start(removal("A", 1));
  action_wake(run, now);

  // Exactly as long as it says: a reader that goes further is caught by AddressSanitizer.
  for (uint32_t size = 0; size < sizeof(action_http_response); size += 4) {
    void *block = action_alloc(size);
    std::memset(block, 0, size);
    if (size >= 4) std::memcpy(block, &size, 4);
    CHECK(action_http_done(run, 1, now, static_cast<action_http_response *>(block)) == ACTION_E_STRUCT);
  }
  // A block that is long enough, with a size that is not.
  action_http_response *small = respond(200, "");
  small->size = sizeof *small - 1;
  CHECK(action_http_done(run, 1, now, small) == ACTION_E_STRUCT);

  static const uint8_t elsewhere[64] = {};
  const std::function<void(action_bytes &, const action_bytes &)> wrongs[] = {
      [](action_bytes &range, const action_bytes &) { range.len++; },
      [](action_bytes &range, const action_bytes &) { range.len = UINT32_MAX; },
      [](action_bytes &range, const action_bytes &) { range.ptr++; },
      [](action_bytes &range, const action_bytes &) { range = {elsewhere, 1}; },
      [](action_bytes &range, const action_bytes &) { range = {nullptr, 1}; },
      [](action_bytes &range, const action_bytes &) {
        range.ptr = reinterpret_cast<const uint8_t *>(UINTPTR_MAX);
        range.len = 2;
      },
      [](action_bytes &range, const action_bytes &whole) { range = {whole.ptr - 1, 1}; },
  };
  for (const auto &wrong : wrongs) {
    for (const bool in_body : {false, true}) {
      action_http_response *response = respond(200, in_body ? "{}" : "", in_body ? "" : "a:b\r\n");
      const action_bytes whole = {reinterpret_cast<const uint8_t *>(response), 0};
      wrong(in_body ? response->body : response->headers, whole);
      CHECK(action_http_done(run, 1, now, response) == ACTION_E_STRUCT);
    }
  }
  CHECK(action_status(run)->open == 1);  // the exchange is still open

  // With length 0 a pointer is not read; a larger struct and other flags are fine.
  const uint32_t size = sizeof(action_http_response) + 16;
  void *block = action_alloc(size);
  std::memset(block, 0xff, size);
  action_http_response response{};
  response.size = size;
  response.status = 204;
  response.flags = 0xfffffffe;
  response.headers = {elsewhere, 0};
  response.body = {reinterpret_cast<const uint8_t *>(1), 0};
  std::memcpy(block, &response, sizeof response);
  CHECK(action_http_done(run, 1, now, static_cast<action_http_response *>(block)) == ACTION_DONE);
  action_release(run);
}

TEST_CASE("an exchange is answered once") {
  reset();
  const uint32_t run = start(input_of(removal("A", 300)));
  action_wake(run, now);
  CHECK(action_http_done(run, 0, now, respond(200, "")) == ACTION_E_EXCHANGE);
  CHECK(action_http_done(run, 2, now, respond(200, "")) == ACTION_E_EXCHANGE);
  CHECK(action_http_done(run, 2, now, nullptr) == ACTION_E_EXCHANGE);
  CHECK(action_http_done(run, 1, now, respond(200, "")) == ACTION_WAITING);
  CHECK(action_http_done(run, 1, now, respond(200, "")) == ACTION_E_EXCHANGE);
  action_release(run);
}

TEST_CASE("of several faults of a response, the first in the document's order counts") {
  reset();
  const auto bad_struct = [] {
    action_http_response *response = respond(200, "");
    response->size = 0;
    return response;
  };
  const uint32_t run = start(removal("A", 1));
  const uint32_t done = start("{");
  action_http_response *const handed_in_busy = bad_struct();
  inside_of_import = [&] { CHECK(action_http_done(UINT32_MAX, 7, now, handed_in_busy) == ACTION_E_BUSY); };
  action_wake(run, now);
  inside_of_import = nullptr;
  CHECK(action_http_done(UINT32_MAX, 7, now, bad_struct()) == ACTION_E_RUN);
  CHECK(action_http_done(done, 7, now, bad_struct()) == ACTION_DONE);
  CHECK(action_http_done(run, 7, now, bad_struct()) == ACTION_E_EXCHANGE);
  CHECK(action_http_done(run, 1, now, bad_struct()) == ACTION_E_STRUCT);
  CHECK(action_http_done(run, 1, now, respond(204, "")) == ACTION_DONE);
  CHECK(action_http_done(run, 1, now, bad_struct()) == ACTION_DONE);
  action_release(run);
  action_release(done);
}

TEST_CASE("no response at all is a lost response") {
  reset();
  const uint32_t run = start(input_of(removal("A", 1), R"("maxAttempts":1)"));
  action_wake(run, now);
  CHECK(action_http_done(run, 1, now, nullptr) == ACTION_WAITING);
  action_cancel(run, now);
  const auto result = nlohmann::json::parse(result_of(run));
  CHECK(result["unknown"] == 1);
  CHECK(result["errors"][0]["code"] == "LOST");
  action_release(run);
}

TEST_CASE("a result is lent until its release, whatever other runs do") {
  reset();
  const uint32_t first = start(removal("A", 1));
  action_wake(first, now);
  action_http_done(first, 1, now, respond(204, ""));
  const action_bytes *result = action_result(first);
  const std::string before = text(*result);
  std::vector<uint32_t> others;
  for (int i = 0; i < 200; i++) others.push_back(start("{"));
  for (const uint32_t run : others) action_release(run);
  CHECK(action_result(first) == result);
  CHECK(text(*result) == before);
  action_release(first);
}

TEST_CASE("two runs at once know nothing about each other") {
  reset();
  const uint32_t a = start(input_of(removal("A", 200)));
  const uint32_t b = start(input_of(removal("B", 200)));
  CHECK(b == a + 1);
  action_wake(a, now);
  action_wake(b, now + 7'000'000);
  CHECK(action_http_done(a, 1, now, respond(401, "")) == ACTION_DONE);
  CHECK(action_http_done(b, 1, now + 7'000'000, respond(204, "")) == ACTION_WAITING);
  REQUIRE(announced.size() == 3);
  CHECK(announced[2].run == b);
  CHECK(announced[2].exchange == 2);
  action_release(a);  // the table closes its gap
  CHECK(action_http_done(b, 2, now + 7'000'000, respond(204, "")) == ACTION_DONE);
  CHECK(nlohmann::json::parse(result_of(b))["confirmed"] == 200);
  action_release(b);
}

TEST_CASE("a run is released in any state, without calling an import") {
  reset();
  const uint32_t ready = start(removal("A", 200));
  action_release(ready);
  const uint32_t open = start(removal("A", 200));
  action_wake(open, now);
  action_release(open);
  CHECK(action_http_done(open, 1, now, respond(204, "")) == ACTION_E_RUN);
  CHECK(cancelled.empty());
  const uint32_t done = start("{");
  action_release(done);
  CHECK(ready < open);
  CHECK(open < done);  // numbers are never used again
}

TEST_CASE("without memory for a run there is no run") {
  reset();
  const std::string input = removal("A", 1);
  const uint32_t before = start(input);
  for (uint64_t at = 0; at < 3; at++) {  // the run itself, its short result
    auto *block = static_cast<uint8_t *>(action_alloc(static_cast<uint32_t>(input.size())));
    std::memcpy(block, input.data(), input.size());
    const FailingMemory failing(at == 2 ? 0 : at);
    CHECK(remove_contacts(block, static_cast<uint32_t>(input.size()), 0, 1) == 0);
  }
  const uint32_t after = start(input);
  CHECK(after == before + 1);
  action_release(before);
  action_release(after);
}

TEST_CASE("ten thousand runs leave nothing behind") {
  reset();
  const std::string input = input_of(removal("A", 120) + "," + removal("B", 3));
  size_t used = 0;
  for (int i = 0; i < 10'000; i++) {
    const uint32_t run = start(input);
    action_wake(run, now);
    action_http_done(run, 1, now, respond(200, R"({"removed":5})", "x-ratelimit-remaining: 50\r\n"));
    if (i % 3 == 0) {
      action_http_done(run, 2, now, respond(400, R"({"code":"C","message":"m"})"));
      action_http_done(run, 3, now, nullptr);
    }
    if (i % 3 != 2) action_cancel(run, now);
    if (i % 3 != 2) REQUIRE(action_result(run) != nullptr);
    action_release(run);
    announced.clear();
    cancelled.clear();
    if (i == 99) used = mallinfo2().uordblks;
  }
  CHECK(mallinfo2().uordblks <= used + 4096);
}

}  // namespace skipcall
