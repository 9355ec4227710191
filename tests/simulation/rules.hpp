// The rules that a run must keep while it runs, modelled apart from it: each request and each response passes
// through here, and what breaks a rule is thrown as a Violation.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sandbox/uuid.hpp"
#include "simulation/delivery.hpp"
#include "simulation/scenario.hpp"

namespace skipcall::simulation {

// A batch as its first request showed it.
struct SeenBatch {
  std::string sequence;
  std::vector<sandbox::Uuid> contacts;
  uint32_t tries = 0;
  uint32_t lost = 0;  // of the tries
  uint32_t open = 0;
  bool carried_out = false;         // the server did it, at least once
  uint32_t accepted = 0;            // tries that the server did
  bool may_be_carried_out = false;  // as far as the run can know
  bool confirmed = false;           // a response that confirms it was delivered
  bool refused = false;             // … that refuses it, or its sequence
};

class Rules {
 public:
  // The plan is borrowed for the life of the Rules.
  Rules(const Scenario &scenario, const RunPlan &plan);

  // A request. Result: the index of its batch.
  size_t sent(uint32_t exchange, uint64_t now_ms, std::string_view target, std::string_view body);
  // The server did what the exchange asks for.
  void carried_out(uint32_t exchange);
  // The response, before the run sees it.
  void answered(uint32_t exchange, uint64_t now_ms, const Delivery &delivery);
  void cancelled();
  // Before each event. `wanted_ms`: the wake_ms that the last one left.
  void time_passes(uint64_t from_ms, uint64_t to_ms, uint64_t wanted_ms, bool is_lost);
  void started(uint64_t now_ms) { progress_ms_ = start_ms_ = now_ms; }

  bool is_open(uint32_t exchange) const { return open_.contains(exchange); }
  const std::map<uint32_t, size_t> &open() const { return open_; }
  const std::vector<SeenBatch> &batches() const { return batches_; }
  uint32_t requests() const { return requests_; }
  uint32_t lost() const { return lost_; }
  uint32_t retries() const { return retries_; }
  uint32_t rate_limited() const { return rate_limited_; }
  uint64_t removed() const { return removed_; }
  bool stops() const { return stops_; }
  bool was_cancelled() const { return cancelled_; }
  bool is_gone(const std::string &sequence) const { return gone_.contains(sequence); }
  // Whether something was delivered that may stop a run with this cause.
  // Whether the host has run long enough for a limit to have ended the run.
  bool saw_limit() const { return saw_limit_; }
  bool saw(std::string_view cause) const { return causes_.contains(std::string(cause)); }
  void add_removed(uint64_t count) { removed_ += count; }

 private:
  void take_headers(uint32_t exchange, uint64_t now_ms, const Delivery &delivery);
  bool is_over() const;
  void check_times(uint64_t now_ms) const;
  void check_window(uint64_t now_ms) const;
  size_t batch_of(std::string_view target, std::string_view body);
  void note_cause(const Delivery &delivery);

  const RunPlan &plan_;
  uint64_t epoch_ms_;
  bool resets_are_readable_;
  std::unordered_map<std::string, std::unordered_map<sandbox::Uuid, size_t, sandbox::UuidHash>> batch_of_;
  std::vector<SeenBatch> batches_;
  std::map<uint32_t, size_t> open_;
  struct Sent {
    size_t batch;
    uint64_t at_ms;
  };
  std::map<uint32_t, Sent> exchanges_;
  std::map<uint64_t, int64_t> windows_;  // by their true end: the lowest Remaining delivered
  uint64_t limit_ = 0;

  uint64_t start_ms_ = 0, progress_ms_ = 0, last_ms_ = 0;
  uint64_t away_since_start_ms_ = 0, away_since_progress_ms_ = 0;  // as a run can see it
  uint64_t hold_ms_ = 0;
  uint32_t last_exchange_ = 0, last_failed_ = 0;
  uint32_t failures_ = 0, unexpected_ = 0, refused_ = 0;
  bool alone_ = true, has_success_ = false, stops_ = false, cancelled_ = false, saw_limit_ = false;
  uint32_t requests_ = 0, lost_ = 0, retries_ = 0, rate_limited_ = 0;
  uint64_t removed_ = 0;
  std::set<std::string> causes_, gone_;
};

}  // namespace skipcall::simulation
