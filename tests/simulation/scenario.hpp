// What one seed of the simulation stands for: a server, its network, and the runs that meet there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "options.hpp"
#include "sandbox/data.hpp"
#include "simulation/chance.hpp"

namespace skipcall::simulation {

inline constexpr const char *good_key = "sk_test_simulation_good";

// One run: its input, and what its result is judged by.
struct RunPlan {
  std::string document;
  uint64_t seed = 0;
  Options options;
  uint64_t start_ms = 0;   // from the scenario's start
  uint64_t cancel_ms = 0;  // the same; 0: never
  // From then on, from the scenario's start, the host does not run for that long: its machine sleeps, or it
  // is killed and resumed from its journal.
  uint64_t away_ms = 0, away_for_ms = 0;
  bool is_killed = false;
  bool loses_end = false;                      // of the journal, with the first kill
  uint64_t away_times = 0, away_again_ms = 0;  // how often this happens, and how long it runs in between
  // When it is back, if it is away at `ms`; else 0.
  uint64_t back_ms(uint64_t ms) const;
  uint64_t replay_at = 0;  // events after which a fresh run takes over by replay; 0: never

  uint32_t requested = 0, invalid = 0, duplicates = 0;
  std::map<std::string, std::vector<sandbox::Uuid>> unique;  // by sequence, as they first appear
  uint32_t total() const;
  uint32_t batches() const;
  bool is_refused() const { return invalid > 0 && (!options.skip_invalid || total() == 0); }
};

// What happens between host and server. Probabilities of one request.
struct Network {
  uint64_t latency_ms = 50;      // one way, at most, except for the slow ones …
  uint64_t least_ms = 0;         // … and at least
  double slow = 0;               // takes ten to fifty times as long
  double not_sent = 0;           // the host could not send it, and knows
  double not_sent_silently = 0;  // … and does not know
  double untrusted = 0;          // no TLS session was trusted, and the host may not know what left
  double by_proxy = 0;           // a proxy answers in place of the server
  double response_lost = 0;      // the server did it, and the response went astray
  double answered_twice = 0;
  bool may_repeat = false;      // the host's platform silently repeats a request whose connection breaks …
  double repeated = 0;          // … with this probability
  double extra_wake = 0;        // after an event
  uint64_t late_wake_ms = 0;    // at most
  bool cancels_itself = false;  // some not sent are CANCELLED, DENIED or NO_CREDENTIAL
  bool odd_statuses = false;    // the proxy's responses are more than 502, 503 and 504
};

struct Scenario {
  uint64_t seed = 0;
  uint64_t epoch_ms = 0;  // the unix time at which it begins
  sandbox::Data data;
  std::vector<std::string> in_scope;  // sequences that the good key may touch
  Network network;
  uint64_t bad_key_ms = 0;  // from the start: when the host begins to hold `bad_key`; 0: never
  std::string bad_key;
  std::vector<RunPlan> runs;

  // Seed, options and switches, for messages.
  std::string describe() const;
};

Scenario make_scenario(uint64_t seed);

}  // namespace skipcall::simulation
