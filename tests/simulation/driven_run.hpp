// A run as a host drives it, under the eyes of the rules, with the journal that a host would write.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "run.hpp"
#include "simulation/rules.hpp"

namespace skipcall::simulation {

// A request, or (cancels) the giving up of one. Copied.
struct Import {
  bool cancels = false;
  uint32_t exchange = 0;
  uint32_t timeout_ms = 0;
  std::string target, body;
  bool operator==(const Import &) const = default;
};

// An event and what the run did in response.
struct JournalEntry {
  enum class Kind : uint8_t { wake, answer, cancel } kind = Kind::wake;
  uint64_t now_ms = 0;
  uint32_t exchange = 0;
  Delivery delivery;
  int32_t result = 0;
  std::vector<Import> imports;
};

class DrivenRun final : private Host {
 public:
  // Both borrowed for the life of the run.
  DrivenRun(const Scenario &scenario, const RunPlan &plan);

  // The events. Each checks what a single event can show. Result: the requests that it announced, lent until
  // the next event.
  const std::vector<Import> &wake(uint64_t now_ms);
  const std::vector<Import> &answer(uint32_t exchange, uint64_t now_ms, const Delivery &delivery);
  const std::vector<Import> &cancel(uint64_t now_ms);
  // The response is lost with the process that waited for it.
  const std::vector<Import> &lose(uint32_t exchange, uint64_t now_ms);
  // As after a crash: a fresh run gets what the journal holds, and continues in place of the first.
  void take_over();

  bool is_done() const { return run_->is_done(); }
  uint64_t wake_ms() { return run_->progress().wake_ms; }
  std::string_view result() const { return run_->result(); }
  Rules &rules() { return rules_; }
  const RunPlan &plan() const { return plan_; }
  // The events so far; the last one may be the one that broke a rule.
  const std::vector<JournalEntry> &journal() const { return journal_; }

  // Feeds the whole journal into a fresh run: the same imports and, when done, the same result.
  void check_replay() const;

 private:
  void send(uint32_t exchange, const Request &request) override;
  void cancel(uint32_t exchange) override;

  const std::vector<Import> &deliver(JournalEntry event);
  void check_step(const JournalEntry &entry, bool was_done, const std::string &result_before);
  void check_wakes(const JournalEntry &entry);

  const RunPlan &plan_;
  Rules rules_;
  std::unique_ptr<Run> run_;
  std::vector<JournalEntry> journal_;
  std::vector<Import> imports_;
  bool started_ = false;
  uint64_t last_now_ms_ = 0;
  uint64_t wanted_ms_ = 0;   // the wake_ms that the last event left
  uint32_t idle_wakes_ = 0;  // wanted wakes that sent nothing, since the last response
  uint32_t confirmed_ = 0, failed_ = 0;
};

}  // namespace skipcall::simulation
