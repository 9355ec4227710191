// Any response: status, error, headers and body, to a run of two batches, and then to what it sends next.
// Input: u16 status, u8 error and flags, u16 length of the headers, the headers, the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "account_fault.hpp"
#include "expect.hpp"
#include "run.hpp"

namespace {

constexpr std::string_view document =
    R"({"sequenceId":"A","contactIds":["00000000-0000-4000-8000-000000000000",)"
    R"("00000000-0000-4000-8000-000000000001"],"options":{"batchSize":1,"maxAttempts":3}})";

class Open final : public skipcall::Host {
 public:
  void send(uint32_t exchange, const skipcall::Request &) override { exchanges.push_back(exchange); }
  void cancel(uint32_t) override { skipcall::expect(false, "nobody cancelled"); }
  std::vector<uint32_t> exchanges;
};

// Whatever looks like a key is followed by its mask, or by the end of its string.
void expect_masked(std::string_view result) {
  for (const std::string_view prefix : {"sk_live_", "sk_test_"}) {
    for (size_t at = 0; (at = result.find(prefix, at)) != std::string_view::npos;) {
      at += prefix.size();
      skipcall::expect(at < result.size() && (result[at] == '*' || result[at] == '"'), "a key got out");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 5) return 0;
  skipcall::RawResponse raw;
  raw.status = data[0] | static_cast<uint32_t>(data[1]) << 8;
  raw.error = data[2] & 15;
  raw.not_sent = (data[2] & 16) != 0;
  const std::string_view rest(reinterpret_cast<const char *>(data) + 5, size - 5);
  const size_t cut = std::min<size_t>(data[3] | static_cast<size_t>(data[4]) << 8, rest.size());
  raw.headers = rest.substr(0, cut);
  raw.body = rest.substr(cut);

  skipcall::Run run(document, 0, 1);
  Open host;
  uint64_t now = 1'750'000'000'000;
  unsigned steps = 0;
  run.wake(now, host);
  while (!run.is_done()) {
    skipcall::expect(++steps < 100, "the run does not end");
    if (host.exchanges.empty()) {
      const uint64_t wake = run.progress().wake_ms;
      skipcall::expect(wake > now, "the run waits for nothing");
      now = wake;
      run.wake(now, host);
    } else {
      const uint32_t exchange = host.exchanges.back();
      host.exchanges.pop_back();
      run.answer(exchange, now += 100, raw, host);
    }
  }
  const std::string fault = skipcall::account_fault(run.result());
  skipcall::expect(fault.empty(), fault);
  expect_masked(run.result());
  return 0;
}
