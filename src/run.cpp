#include "run.hpp"

#include "api.hpp"
#include "result.hpp"
#include "target.hpp"

namespace skipcall {
namespace {

constexpr size_t short_result_room = 2048;
constexpr size_t open_at_most = 32;
constexpr size_t target_room =
    api::target_prefix.size() + 3 * sequence_id_at_most + api::target_suffix.size();
constexpr std::string_view body_start = "{\"contactIds\":[";
constexpr std::string_view body_end = "]}";

}  // namespace

Run::Run(std::string_view document, uint32_t flags, uint64_t seed) : pace_({}, 0) {
  // Everything that a request or a short result needs is allocated now, so that nothing can fail later.
  if (!short_result_.reserve(short_result_room)) {
    state_ = RunState::done;  // the shell reports such a run as "no memory"
    return;
  }
  read_input(document, seed, account_.input);
  const Options &options = account_.input.options;
  pace_ = Pace(options, seed);
  if (!account_.input.out_of_memory) {
    account_.total = static_cast<uint32_t>(account_.input.removals.contacts.size());
    const auto batch_size = static_cast<uint32_t>(options.batch_size);
    account_.input.out_of_memory =
        !account_.batches.cut(account_.input.removals, batch_size) || !open_.reserve(open_at_most) ||
        !target_.reserve(target_room) ||
        !body_.reserve(body_start.size() + batch_size * contact_id_quoted + body_end.size());
  }
  check(flags);
  if (state_ == RunState::stopping || options.dry_run || account_.total == 0) finish();
}

// Stops a run that must not send anything.
void Run::check(uint32_t flags) {
  const Removals &removals = account_.input.removals;
  if (account_.input.out_of_memory) {
    account_.batches.release();
    account_.total = 0;
    stop(Cause::internal, account_.errors.of_cause(Cause::internal));
  } else if (!account_.input.problem.empty()) {
    stop(Cause::invalid_input, account_.errors.of_cause(Cause::invalid_input, account_.input.problem.view()));
  } else if (flags != 0) {
    stop(Cause::configuration,
         account_.errors.of_cause(
             Cause::configuration,
             "The host set flags that this version of the action does not know. Use a newer module or an "
             "older host."));
  } else if (!removals.invalid_ids.empty() && (!account_.input.options.skip_invalid || account_.total == 0)) {
    stop(Cause::invalid_input, account_.errors.of_cause(Cause::invalid_input));
  }
}

int32_t Run::wake(uint64_t now_ms, Host &host) {
  if (is_done()) return state();
  if (state_ == RunState::ready) {
    state_ = RunState::running;
    pace_.begin(now_ms);
  } else {
    pace_.advance(now_ms);
  }
  step(host);
  return state();
}

bool Run::is_open(uint32_t exchange) const {
  for (const Exchange &open : open_) {
    if (open.number == exchange) return true;
  }
  return false;
}

int32_t Run::answer(uint32_t exchange, uint64_t now_ms, const RawResponse &raw, Host &host) {
  if (is_done()) return state();
  size_t at = 0;
  while (at < open_.size() && open_[at].number != exchange) at++;
  if (at == open_.size()) return ACTION_E_EXCHANGE;
  pace_.advance(now_ms, raw.is_lost);
  const Exchange answered = open_[at];
  open_[at] = open_.back();
  open_.truncate(open_.size() - 1);

  Response response;
  read_response(raw, account_.batches[answered.batch].contacts, response);
  pace_.ended(answered.number, response.headers, response.maybe_applied || response.status != 0);
  apply(answered, response);
  step(host);
  return state();
}

int32_t Run::cancel(uint64_t now_ms, Host &host) {
  if (is_done()) return state();
  pace_.advance(now_ms);
  account_.stopped_by = Cause::cancelled;
  account_.stop_error = account_.errors.of_cause(Cause::cancelled);
  for (const Exchange &exchange : open_) {
    Batch &batch = account_.batches[exchange.batch];
    batch.error = account_.stop_error;
    end_batch(batch, BatchState::unknown);
    host.cancel(exchange.number);
  }
  open_.truncate(0);
  finish();
  return state();
}

// What a response does to its batch, its sequence and the run, by the table of transitions.
void Run::apply(const Exchange &exchange, const Response &response) {
  Batch &batch = account_.batches[exchange.batch];
  const Transition &to = transition_of(response.verdict);
  tally_.add(response.verdict);
  const bool is_forgiven = tally_.is_forgiven();
  if (is_forgiven) batch.attempts--;
  batch.maybe_applied = batch.maybe_applied || response.maybe_applied;
  batch.error = response.cause == Cause::none ? ErrorLog::none : account_.errors.of_response(response);
  account_.counts.removed += response.removed;
  account_.input.removals.sequences[batch.sequence].removed += response.removed;
  if (to.pacing == Pacing::rate_limit) account_.counts.rate_limited++;
  if (tally_.stops()) stop(response.cause, batch.error);

  const uint64_t limited_until_ms =
      pace_.apply(to.pacing, exchange.number, response.headers, {response.cause, batch.error}, is_forgiven);
  if (limited_until_ms > 0) account_.errors.retry_not_before(batch.error, limited_until_ms);
  const BatchState end = batch.maybe_applied ? to.maybe_applied : to.batch;
  if (to.retried != Retried::never) {
    schedule_retry(exchange.batch, to.retried, end);
  } else {
    end_batch(batch, end);
  }
  if (to.ends_sequence) end_sequence(batch.sequence, batch.error);
}

// Puts a batch back for another try, if it has one left and its sequence was not found missing meanwhile.
void Run::schedule_retry(uint32_t index, Retried when, BatchState when_given_up) {
  Batch &batch = account_.batches[index];
  const uint16_t gone_error = account_.input.removals.sequences[batch.sequence].gone_error;
  if (gone_error != ErrorLog::none) {
    batch.error = gone_error;
    end_batch(batch, BatchState::refused);
  } else if (batch.attempts >= account_.input.options.max_attempts) {
    end_batch(batch, when_given_up);
  } else {
    batch.state = BatchState::waiting;
    account_.batches.retry(index, when);
  }
}

// The batches of a sequence that no longer exists are not worth a request.
void Run::end_sequence(uint32_t index, uint16_t error) {
  Sequence &sequence = account_.input.removals.sequences[index];
  sequence.gone_error = error;
  for (uint32_t i = 0; i < sequence.batches; i++) {
    Batch &batch = account_.batches[sequence.first_batch + i];
    if (batch.state != BatchState::waiting) continue;
    batch.error = error;
    end_batch(batch, BatchState::refused);
  }
}

void Run::end_batch(Batch &batch, BatchState state) {
  Counts &counts = account_.counts;
  batch.state = state;
  if (state == BatchState::confirmed) {
    counts.confirmed += batch.contacts;
    counts.removed_exact = counts.removed_exact && !batch.maybe_applied;
  }
  if (state == BatchState::refused) counts.refused += batch.contacts;
  if (state == BatchState::unknown) counts.unknown += batch.contacts;
  if (state == BatchState::unsent) counts.unsent += batch.contacts;
}

// Sends what may be sent now, and ends the run when nothing is left to wait for.
void Run::step(Host &host) {
  using Kind = Pace::Decision::Kind;
  for (;;) {
    const uint32_t batch = state_ == RunState::running ? account_.batches.next() : Batches::none;
    const Pace::Decision decision = pace_.decide(batch != Batches::none);
    if (decision.kind == Kind::wait) break;
    if (decision.kind == Kind::send) {
      send(batch, host);
      continue;
    }
    const auto [cause, error_of_response] = decision.failure;
    const uint16_t error =
        error_of_response != ErrorLog::none ? error_of_response : account_.errors.of_cause(cause);
    stop(cause, error);
    if (decision.at_ms > 0) account_.errors[error].retry_at_ms = decision.at_ms;
  }
  if (open_.empty() && (state_ == RunState::stopping || account_.batches.next() == Batches::none)) finish();
}

void Run::send(uint32_t index, Host &host) {
  account_.batches.take(index);
  Batch &batch = account_.batches[index];
  batch.state = BatchState::open;
  batch.attempts++;
  account_.counts.requests++;
  if (batch.was_sent) account_.counts.retries++;
  batch.was_sent = true;
  const Exchange exchange{++last_exchange_, index};
  if (!open_.push(exchange)) return;  // cannot happen: the room was reserved
  pace_.sent(exchange.number);

  if (target_sequence_ != batch.sequence) {
    target_.clear();
    append_target(target_, account_.input.removals.sequences.name_of(
                               account_.input.removals.sequences[batch.sequence]));
    target_sequence_ = batch.sequence;
  }
  body_.clear();
  body_.append(body_start);
  // All at once: in a module each copy of bytes is a call out of it. The room was reserved.
  char *at = body_.extend(batch.contacts * contact_id_quoted - 1);
  write_contact_ids(&account_.input.removals.contacts[batch.first], batch.contacts, at);
  body_.append(body_end);
  host.send(exchange.number,
            {static_cast<uint32_t>(account_.input.options.request_timeout_ms), target_.view(), body_.view()});
}

void Run::stop(Cause cause, uint16_t error) {
  if (state_ == RunState::stopping || state_ == RunState::done) return;
  state_ = RunState::stopping;
  account_.stopped_by = cause;
  account_.stop_error = error;
}

void Run::finish() {
  for (Batch &batch : account_.batches) {
    if (batch.state == BatchState::waiting) {
      end_batch(batch, batch.maybe_applied ? BatchState::unknown : BatchState::unsent);
      if (batch.error == ErrorLog::none) batch.error = account_.stop_error;
    }
  }
  state_ = RunState::done;
  account_.counts.waited_ms = pace_.waited_ms();
  ResultWriter writer(account_, pace_.window());
  if (account_.input.out_of_memory || !writer.write(result_)) {
    result_.release();
    writer.write_short(short_result_);
  }
  account_.batches.release();
  account_.input.removals.clear();
}

const action_progress &Run::progress() {
  progress_.size = sizeof progress_;
  progress_.state = state();
  const Pace::Decision &decision = pace_.decision();
  const bool is_under_way = state_ == RunState::running || state_ == RunState::stopping;
  progress_.wake_ms = is_under_way ? decision.at_ms : state_ == RunState::ready ? 1 : 0;
  progress_.phase = is_under_way ? decision.phase : uint32_t{ACTION_PHASE_READY};
  progress_.total = account_.total;
  progress_.confirmed = account_.counts.confirmed;
  progress_.failed = account_.counts.refused + account_.counts.unknown;
  progress_.open = static_cast<uint32_t>(open_.size());
  progress_.requests = account_.counts.requests;
  progress_.retries = account_.counts.retries;
  return progress_;
}

}  // namespace skipcall
