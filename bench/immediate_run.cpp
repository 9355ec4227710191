#include "immediate_run.hpp"

#include <algorithm>
#include <deque>
#include <stdexcept>

#include "timing.hpp"

namespace skipcall::bench {
namespace {

constexpr uint64_t start_ms = 1'790'000'000'000;

host::HttpResponse good_response() {
  host::HttpResponse response;
  response.status = 200;
  response.headers =
      "content-type: application/json; charset=utf-8\r\ndate: Mon, 21 Sep 2026 14:13:20 GMT\r\n"
      "x-ratelimit-limit: 1000\r\nx-ratelimit-remaining: 900\r\nx-ratelimit-reset: 1790000060\r\n";
  response.body = R"({"removed":1})";
  return response;
}

}  // namespace

ImmediateRun run_immediately(vectors::Guest &guest, const std::string &input, uint32_t cancel_after) {
  ImmediateRun run;
  const auto timed = [&run](auto call) {
    const double before = cpu_ms();
    const auto value = call();
    const double took = cpu_ms() - before;
    run.total += took;
    run.longest = std::max(run.longest, took);
    return value;
  };

  const uint32_t number = timed([&] { return guest.start(input, 0, 1); });
  run.start = run.total;
  uint64_t now_ms = start_ms;
  const host::HttpResponse response = good_response();
  std::deque<uint32_t> open;
  int32_t state = timed([&] { return guest.wake(number, now_ms); });
  while (state == ACTION_WAITING && cancel_after > 0) {
    for (const vectors::Call &call : guest.take_calls()) open.push_back(call.exchange);
    if (open.empty()) throw std::runtime_error("the run waits although every request was answered");
    const uint32_t exchange = open.front();
    open.pop_front();
    state = timed([&] { return guest.answer(number, exchange, now_ms, &response); });
    cancel_after--;
  }
  if (state == ACTION_WAITING) state = timed([&] { return guest.cancel(number, now_ms); });
  guest.take_calls();
  const action_progress progress = guest.status(number);
  run.requests = progress.requests;
  run.confirmed = progress.confirmed;
  run.result = timed([&] { return guest.result(number); });
  timed([&] {
    guest.release(number);
    return 0;
  });
  return run;
}

}  // namespace skipcall::bench
