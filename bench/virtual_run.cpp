#include "virtual_run.hpp"

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <utility>

namespace skipcall::bench {
namespace {

struct Arrival {
  uint64_t at_ms;
  uint32_t exchange;
  host::HttpResponse response;
};

host::HttpResponse ask(sandbox::Api &api, const host::HttpRequest &request, uint64_t now_ms) {
  const sandbox::Response response = api.handle({request.method,
                                                 request.target,
                                                 {{"Authorization", "Bearer " + api.usable_key()},
                                                  {"Content-Type", "application/json"},
                                                  {"Content-Length", std::to_string(request.body.size())}},
                                                 request.body},
                                                now_ms);
  host::HttpResponse taken;
  taken.status = static_cast<uint32_t>(response.status);
  for (const sandbox::Header &header : response.headers) {
    taken.headers += header.name + ": " + header.value + "\r\n";
  }
  taken.body = response.body;
  return taken;
}

}  // namespace

VirtualRun run_virtually(vectors::Guest &guest, const std::string &input, sandbox::Api &api,
                         uint64_t round_trip_ms) {
  constexpr uint64_t start_ms = 1'790'000'000'250;  // in the middle of a second, as most are
  uint64_t now_ms = start_ms;
  std::deque<Arrival> on_the_way;  // all take equally long, so the first to leave is the first to arrive
  const uint32_t run = guest.start(input, 0, 1);
  int32_t state = guest.wake(run, now_ms);
  while (state == ACTION_WAITING) {
    for (const vectors::Call &call : guest.take_calls()) {
      on_the_way.push_back(
          {now_ms + round_trip_ms, call.exchange, ask(api, call.request, now_ms + round_trip_ms / 2)});
    }
    const uint64_t wake_ms = guest.status(run).wake_ms;
    const bool response_first = !on_the_way.empty() && (wake_ms == 0 || on_the_way.front().at_ms <= wake_ms);
    if (response_first) {
      const Arrival arrival = std::move(on_the_way.front());
      on_the_way.pop_front();
      now_ms = std::max(now_ms, arrival.at_ms);
      state = guest.answer(run, arrival.exchange, now_ms, &arrival.response);
    } else if (wake_ms != 0) {
      now_ms = std::max(now_ms, wake_ms);
      state = guest.wake(run, now_ms);
    } else {
      throw std::runtime_error("the run waits for nothing");
    }
  }
  const action_progress progress = guest.status(run);
  if (progress.confirmed != progress.total) throw std::runtime_error("a run did not complete");
  guest.release(run);
  return {now_ms - start_ms, progress.requests, progress.confirmed};
}

}  // namespace skipcall::bench
