// The native engine over real connections: how close it comes to what the round trips allow.
#include <stdexcept>

#include "contact_document.hpp"
#include "drive.hpp"
#include "measures.hpp"
#include "sandbox/server.hpp"
#include "timing.hpp"

namespace skipcall::bench {
namespace {

constexpr uint32_t contacts = 10'000;
constexpr uint32_t latency_ms = 100;

double run_once(const host::Module &module) {
  sandbox::Data data = make_data({contacts});
  data.switches.latency_ms = latency_ms;
  sandbox::Server server{sandbox::Api(data)};
  host::HttpClient http(host::Connection("skipcall", server.base_url(), host::SecretString(bench_key)));
  const std::string input = document_of(data.sequences, R"({"leaveRemaining":0})");

  const double before = wall_ms();
  const host::RunEnd end = host::run_action(module, http, {"remove_contacts", input, 0, 1}, {});
  const double took = wall_ms() - before;
  if (!end.ok() || end.progress.confirmed != contacts) {
    throw std::runtime_error("the run did not complete: " + end.failure_text + end.result);
  }
  return took;
}

}  // namespace

void measure_pace(Table &table, const Subjects &subjects) {
  table.title("Pace of the native engine against the sandbox on loopback, 100 ms round trip, 1,000 a minute");
  const host::Module module = host::Module::load(subjects.module, {});
  std::vector<double> samples;
  for (int i = 0; i < 5; i++) samples.push_back(run_once(module));
  // The first request alone, then the other 99 six at a time.
  constexpr double round_trips = 1 + (99 + 5) / 6;
  table.add({.name = "10,000 contacts, wall time (median of 5)",
             .measured = median(samples),
             .unit = "ms",
             .against = "18 round trips",
             .reference = round_trips * latency_ms,
             .ratio_at_most = 1.05});
}

}  // namespace skipcall::bench
