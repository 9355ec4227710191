#include "simulation/driven_run.hpp"

#include <utility>

#include "simulation/violation.hpp"

namespace skipcall::simulation {
namespace {

// A hold may end, then a window that is not open yet, then a rounding: more wakes than that are a loop.
constexpr uint32_t idle_wakes_at_most = 4;

// Accepts imports without judging them.
class Recorder final : public Host {
 public:
  void send(uint32_t exchange, const Request &request) override {
    imports.push_back(
        {false, exchange, request.timeout_ms, std::string(request.target), std::string(request.body)});
  }
  void cancel(uint32_t exchange) override { imports.push_back({true, exchange, 0, {}, {}}); }
  std::vector<Import> imports;
};

int32_t feed(Run &run, const JournalEntry &entry, Host &host) {
  switch (entry.kind) {
    case JournalEntry::Kind::wake:
      return run.wake(entry.now_ms, host);
    case JournalEntry::Kind::cancel:
      return run.cancel(entry.now_ms, host);
    case JournalEntry::Kind::answer:
      break;
  }
  const Delivery &d = entry.delivery;
  return run.answer(entry.exchange, entry.now_ms,
                    {d.status, d.error, d.not_sent, d.headers, d.body, d.may_have_repeated, d.is_lost}, host);
}

std::unique_ptr<Run> replay(const RunPlan &plan, const std::vector<JournalEntry> &journal) {
  auto run = std::make_unique<Run>(plan.document, 0, plan.seed);
  for (size_t i = 0; i < journal.size(); i++) {
    Recorder recorder;
    const int32_t result = feed(*run, journal[i], recorder);
    require(result == journal[i].result, "replay: event ", i, " gives ", result, " in place of ",
            journal[i].result);
    require(recorder.imports == journal[i].imports, "replay: event ", i, " gives other imports");
  }
  return run;
}

}  // namespace

DrivenRun::DrivenRun(const Scenario &scenario, const RunPlan &plan)
    : plan_(plan), rules_(scenario, plan), run_(std::make_unique<Run>(plan.document, 0, plan.seed)) {
  const bool sends_nothing = plan.is_refused() || plan.options.dry_run || plan.total() == 0;
  require(run_->is_done() == sends_nothing, "a new run is ", run_->is_done() ? "done" : "not done");
}

void DrivenRun::send(uint32_t exchange, const Request &request) {
  require(request.timeout_ms == plan_.options.request_timeout_ms, "a request with another timeout");
  imports_.push_back(
      {false, exchange, request.timeout_ms, std::string(request.target), std::string(request.body)});
}

void DrivenRun::cancel(uint32_t exchange) {
  imports_.push_back({true, exchange, 0, {}, {}});
}

const std::vector<Import> &DrivenRun::wake(uint64_t now_ms) {
  return deliver({JournalEntry::Kind::wake, now_ms, 0, {}, 0, {}});
}

const std::vector<Import> &DrivenRun::answer(uint32_t exchange, uint64_t now_ms, const Delivery &delivery) {
  return deliver({JournalEntry::Kind::answer, now_ms, exchange, delivery, 0, {}});
}

const std::vector<Import> &DrivenRun::lose(uint32_t exchange, uint64_t now_ms) {
  Delivery lost;
  lost.is_lost = true;
  return answer(exchange, now_ms, lost);
}

const std::vector<Import> &DrivenRun::cancel(uint64_t now_ms) {
  return deliver({JournalEntry::Kind::cancel, now_ms, 0, {}, 0, {}});
}

const std::vector<Import> &DrivenRun::deliver(JournalEntry event) {
  journal_.push_back(std::move(event));
  JournalEntry &entry = journal_.back();
  imports_.clear();
  const bool was_done = is_done();
  const std::string result_before(was_done ? run_->result() : std::string_view());
  if (!was_done && started_ && entry.now_ms > last_now_ms_) {
    rules_.time_passes(last_now_ms_, entry.now_ms, wanted_ms_, entry.delivery.is_lost);
  }
  if (entry.now_ms > last_now_ms_) last_now_ms_ = entry.now_ms;
  const bool is_answer = entry.kind == JournalEntry::Kind::answer;
  const bool expected = is_answer && rules_.is_open(entry.exchange);
  const size_t open_before = rules_.open().size();
  if (!was_done && expected) rules_.answered(entry.exchange, last_now_ms_, entry.delivery);
  if (!was_done && !started_ && entry.kind == JournalEntry::Kind::wake) {
    started_ = true;
    rules_.started(last_now_ms_);
  }

  entry.result = feed(*run_, entry, *this);
  for (const Import &import : imports_) {
    if (!import.cancels) rules_.sent(import.exchange, last_now_ms_, import.target, import.body);
  }
  if (is_answer && !expected && !was_done) {
    require(entry.result == ACTION_E_EXCHANGE, "an answer to no open exchange gives ", entry.result);
    require(imports_.empty(), "an answer to no open exchange has an effect");
  } else {
    require(entry.result == (is_done() ? ACTION_DONE : ACTION_WAITING), "an event gives ", entry.result);
  }
  if (entry.kind == JournalEntry::Kind::cancel && !was_done) {
    require(imports_.size() == open_before && is_done(), "cancel gave ", imports_.size(),
            " exchanges up, of ", open_before);
    for (const Import &import : imports_) {
      require(import.cancels && rules_.is_open(import.exchange), "cancel gave the wrong exchange up");
    }
    rules_.cancelled();
  }
  entry.imports = imports_;
  check_step(entry, was_done, result_before);
  if (journal_.size() == plan_.replay_at) take_over();
  return imports_;
}

void DrivenRun::check_step(const JournalEntry &entry, bool was_done, const std::string &result_before) {
  if (was_done) {
    require(imports_.empty() && run_->result() == result_before, "an event changed a run that was done");
    return;
  }
  const action_progress &progress = run_->progress();
  require(progress.total == plan_.total(), "progress.total ", progress.total);
  require(progress.open == rules_.open().size(), "progress.open ", progress.open, " with ",
          rules_.open().size());
  require(progress.requests == rules_.requests(), "progress.requests ", progress.requests);
  require(progress.retries == rules_.retries(), "progress.retries ", progress.retries);
  require(progress.confirmed >= confirmed_ && (progress.failed >= failed_ || is_done()),
          "progress runs backwards");
  require(progress.confirmed + progress.failed <= progress.total, "progress counts more than there is");
  confirmed_ = progress.confirmed;
  failed_ = progress.failed;
  if (is_done()) {
    require(progress.wake_ms == 0 && progress.phase == ACTION_PHASE_READY,
            "a run that is done asks to be woken");
    require(!run_->result().empty(), "a run is done without a result");
    return;
  }
  require(progress.wake_ms != 0 || progress.open > 0, "a run waits for nothing");
  check_wakes(entry);
}

void DrivenRun::check_wakes(const JournalEntry &entry) {
  const bool was_wanted =
      entry.kind == JournalEntry::Kind::wake && wanted_ms_ != 0 && last_now_ms_ >= wanted_ms_;
  wanted_ms_ = run_->progress().wake_ms;
  if (!imports_.empty() || entry.kind == JournalEntry::Kind::answer) idle_wakes_ = 0;
  if (!was_wanted || !imports_.empty()) return;
  require(wanted_ms_ == 0 || wanted_ms_ > last_now_ms_,
          "a wake that was asked for has no effect, and is asked for again");
  require(++idle_wakes_ <= idle_wakes_at_most, "wake after wake has no effect");
}

void DrivenRun::take_over() {
  run_ = replay(plan_, journal_);
}

void DrivenRun::check_replay() const {
  require(replay(plan_, journal_)->result() == run_->result(), "replay: another result");
}

}  // namespace skipcall::simulation
