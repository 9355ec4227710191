// How many requests a run takes, and how long by the windows, in virtual time.
#include <algorithm>

#include "contact_document.hpp"
#include "measures.hpp"
#include "virtual_run.hpp"

namespace skipcall::bench {
namespace {

constexpr uint64_t round_trip_ms = 100;
constexpr uint64_t window_ms = 60'000;
constexpr const char *all_of_the_window = R"({"leaveRemaining":0})";

VirtualRun run_against_sandbox(const std::vector<uint32_t> &counts, uint32_t limit) {
  sandbox::Data data = make_data(counts);
  data.switches.limit = limit;
  data.switches.reset = sandbox::Reset::milliseconds;
  sandbox::Api api(data);
  const auto guest = vectors::native_guest();
  return run_virtually(*guest, document_of(data.sequences, all_of_the_window), api, round_trip_ms);
}

uint32_t requests_needed(const std::vector<uint32_t> &counts) {
  uint32_t needed = 0;
  for (const uint32_t count : counts) needed += (count + 99) / 100;
  return needed;
}

// The windows that must end before the last one begins, and the time in the last one: the first request
// alone, then the others six at a time.
uint64_t ideal_ms(uint32_t requests, uint32_t limit) {
  const uint32_t full = (requests - 1) / limit;
  const uint32_t last = requests - full * limit;
  return full * window_ms + (1 + (last - 1 + 5) / 6) * round_trip_ms;
}

}  // namespace

void measure_requests(Table &table) {
  table.title("Requests without failures, against the sum of ceil(unique / 100)");
  const std::pair<const char *, std::vector<uint32_t>> inputs[] = {
      {"1 contact", {1}},
      {"100 contacts of one sequence", {100}},
      {"101 contacts of one sequence", {101}},
      {"10,000 contacts of one sequence", {10'000}},
      {"12,345 contacts of five sequences", {1, 99, 100, 2'145, 10'000}},
      {"300 sequences of one contact", std::vector<uint32_t>(300, 1)}};
  for (const auto &[name, counts] : inputs) {
    table.add({.name = name,
               .measured = static_cast<double>(run_against_sandbox(counts, 1'000'000).requests),
               .unit = "",
               .against = "needed",
               .reference = static_cast<double>(requests_needed(counts)),
               .exactly = true});
  }

  table.title("Pace over several windows, 100 ms round trip, leaveRemaining 0, virtual time");
  const std::pair<uint32_t, uint32_t> loads[] = {{50'000, 100}, {250'000, 1'000}};
  for (const auto &[contacts, limit] : loads) {
    const VirtualRun run = run_against_sandbox({contacts}, limit);
    table.add(
        {.name = std::to_string(contacts) + " contacts at " + std::to_string(limit) + " requests a minute",
         .measured = static_cast<double>(run.elapsed_ms) / 1000,
         .unit = "s",
         .against = "windows and round trips",
         .reference = static_cast<double>(ideal_ms(requests_needed({contacts}), limit)) / 1000,
         .ratio_at_most = 1.05});
  }
}

}  // namespace skipcall::bench
