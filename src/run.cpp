#include "run.hpp"

#include "api.hpp"
#include "back_off.hpp"
#include "result.hpp"
#include "target.hpp"

namespace skipcall {
namespace {

// 9999-12-31T23:59:59.999Z: no time is later, so that no sum of times overflows.
constexpr uint64_t latest_ms = 253'402'300'799'999;
// A host that runs is not later than this with an event.
constexpr uint64_t late_at_most_ms = 5000;
constexpr size_t short_result_room = 2048;
constexpr size_t open_at_most = 32;
constexpr size_t target_room =
    api::target_prefix.size() + 3 * sequence_id_at_most + api::target_suffix.size();
constexpr std::string_view body_start = "{\"contactIds\":[";
constexpr std::string_view body_end = "]}";

}  // namespace

Run::Run(std::string_view document, uint32_t flags, uint64_t seed) : random_(mix64(seed)) {
  // All that a request or a short result needs is taken now, so that nothing can fail on the way.
  if (!short_result_.reserve(short_result_room)) {
    state_ = RunState::done;  // the shell gives such a run back as "no memory"
    return;
  }
  read_input(document, seed, account_.input);
  if (!account_.input.out_of_memory) {
    account_.total = static_cast<uint32_t>(account_.input.removals.contacts.size());
    const auto batch_size = static_cast<uint32_t>(account_.input.options.batch_size);
    account_.input.out_of_memory =
        !account_.batches.cut(account_.input.removals, batch_size) || !open_.reserve(open_at_most) ||
        !target_.reserve(target_room) ||
        !body_.reserve(body_start.size() + batch_size * contact_id_quoted + body_end.size());
  }
  begin(flags);
}

// Ends a run that has nothing to send, or must not.
void Run::begin(uint32_t flags) {
  const Removals &removals = account_.input.removals;
  account_.window = RateWindow(account_.input.options, random_.next());
  if (account_.input.out_of_memory) {
    account_.batches.release();
    account_.total = 0;
    stop(Cause::internal, account_.errors.of_cause(Cause::internal));
  } else if (!account_.input.problem.empty()) {
    stop(Cause::invalid_input, account_.errors.of_cause(Cause::invalid_input, account_.input.problem.view()));
  } else if (flags != 0) {
    stop(Cause::configuration,
         account_.errors.of_cause(Cause::configuration,
                                  "The host asked for flags that this version of the action does not "
                                  "know. Use a newer module, or an older host."));
  } else if (!removals.invalid_ids.empty() && (!account_.input.options.skip_invalid || account_.total == 0)) {
    stop(Cause::invalid_input, account_.errors.of_cause(Cause::invalid_input));
  }
  if (state_ == RunState::stopping || account_.input.options.dry_run || account_.total == 0) finish();
}

// When an event is due at the latest, if the host runs: the wake that was asked for, or else the end of the
// open requests. Of one that is lost nothing is known: the host may have ended right after the last event.
uint64_t Run::due_ms(bool is_lost) const {
  const uint64_t due = is_lost         ? 0
                       : wake_ms_ != 0 ? wake_ms_
                                       : last_sent_ms_ + account_.input.options.request_timeout_ms;
  return due > now_ms_ ? due : now_ms_;
}

void Run::set_time(uint64_t now_ms, bool is_lost) {
  now_ms = now_ms < latest_ms ? now_ms : latest_ms;
  if (now_ms <= now_ms_) return;
  const uint64_t due = due_ms(is_lost);
  const uint64_t late = now_ms > due ? now_ms - due : 0;
  // Then it did not run: it was killed, and this is its successor, or its machine slept.
  const uint64_t away = is_lost || late > late_at_most_ms ? late : 0;
  start_ms_ += away;
  progress_ms_ += away;
  const bool waited =
      open_.empty() && (phase_ == ACTION_PHASE_RATE_WINDOW || phase_ == ACTION_PHASE_BACK_OFF);
  if (waited) account_.counts.waited_ms += now_ms - now_ms_ - away;
  now_ms_ = now_ms;
}

int32_t Run::wake(uint64_t now_ms, Host &host) {
  if (is_done()) return state();
  set_time(now_ms);
  if (state_ == RunState::ready) {
    state_ = RunState::running;
    start_ms_ = progress_ms_ = now_ms_;
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

int32_t Run::answer(uint32_t exchange, uint64_t now_ms, const RawAnswer &raw, Host &host) {
  if (is_done()) return state();
  size_t at = 0;
  while (at < open_.size() && open_[at].number != exchange) at++;
  if (at == open_.size()) return ACTION_E_EXCHANGE;
  set_time(now_ms, raw.is_lost);
  const Exchange answered = open_[at];
  open_[at] = open_.back();
  open_.truncate(open_.size() - 1);

  Answer answer;
  read_answer(raw, account_.batches[answered.batch].contacts, answer);
  if (answer.status == 429) account_.counts.rate_limited++;
  // What was sent in a window that is over may say nothing of the present one, or only so by chance; the one
  // request that begins the window tells it for certain.
  const bool is_of_window = answered.number >= window_first_;
  if (is_of_window && (answer.carried_out_maybe || answer.status != 0)) {
    account_.window.observe(answer.headers, now_ms_, static_cast<uint32_t>(open_.size()));
  }
  apply(answered.batch, answered, answer);
  step(host);
  return state();
}

int32_t Run::cancel(uint64_t now_ms, Host &host) {
  if (is_done()) return state();
  set_time(now_ms);
  account_.by_cancel = true;
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

// What an answer does to its batch, by the table of transitions.
void Run::apply(uint32_t index, const Exchange &exchange, const Answer &answer) {
  Batch &batch = account_.batches[index];
  const Transition &to = transition_of(answer.verdict);
  if (answer.verdict == Verdict::confirmed) {
    confirm(batch, exchange, answer);
    return;
  }

  batch.carried_out_maybe = batch.carried_out_maybe || answer.carried_out_maybe;
  batch.error = account_.errors.of_answer(answer);
  const BatchState state = batch.carried_out_maybe ? to.batch_sent_before : to.batch;
  if (answer.verdict != Verdict::lost) {
    unexpected_ = answer.verdict == Verdict::unexpected ? unexpected_ + 1 : 0;
    kills_ = 0;
  }
  if (answer.verdict == Verdict::refused) refused_batches_++;
  account_.by_cancel = account_.by_cancel || answer.verdict == Verdict::cancelled;
  const bool stops =
      to.stops == Stops::at_once || (to.stops == Stops::in_a_row && unexpected_ >= to.stops_after) ||
      (to.stops == Stops::without_success && refused_batches_ >= to.stops_after && !has_success_);
  if (stops) stop(answer.cause, batch.error);
  if (to.is_tried_again) {
    fail_for_now(index, exchange, answer, state);
  } else {
    end_batch(batch, state);
  }
  if (to.ends_sequence) {
    end_sequence(batch.sequence, batch.error);
    // The answer has told all that a first request is sent alone for.
    open_up(exchange);
  }
}

void Run::confirm(Batch &batch, const Exchange &exchange, const Answer &answer) {
  account_.counts.removed_exact =
      account_.counts.removed_exact && answer.is_exact && !batch.carried_out_maybe;
  account_.counts.removed += answer.removed;
  account_.input.removals.sequences[batch.sequence].removed += answer.removed;
  batch.error = ErrorLog::none;
  end_batch(batch, BatchState::confirmed);
  progress_ms_ = now_ms_;
  has_success_ = true;
  failures_ = 0;
  unexpected_ = 0;
  kills_ = 0;
  open_up(exchange);
}

// A good answer ends the sending one at a time, unless it was sent before the reason for that.
void Run::open_up(const Exchange &exchange) {
  if (exchange.number > last_failed_ && exchange.number >= window_first_) alone_ = false;
}

// A failure that another try may mend: one back-off for the whole run. Requests that were open together fail
// together, so only one that was sent after the last failure counts as a further one.
void Run::fail_for_now(uint32_t index, const Exchange &exchange, const Answer &answer,
                       BatchState when_given_up) {
  Batch &batch = account_.batches[index];
  const uint16_t error = batch.error;
  const bool is_further = exchange.number > last_failed_;
  const bool is_kill = answer.verdict == Verdict::lost;
  if (is_further && is_kill) kills_++;
  const bool is_forgiven = is_kill && kills_ <= kills_at_most;
  if (is_further) {
    failures_ += is_forgiven ? 0 : 1;
    last_failed_ = last_exchange_;
  }
  if (is_forgiven) batch.attempts--;
  alone_ = true;
  const uint64_t failures = failures_ > 0 ? failures_ : 1;
  const bool is_limit = answer.cause == Cause::rate_limited;
  const uint64_t asked = is_limit ? account_.window.wait_after_429(answer.headers, now_ms_)
                                  : account_.window.retry_after(answer.headers, now_ms_).value_or(0);
  const uint64_t until = now_ms_ + (is_limit ? rate_limited_ms(failures, asked, random_)
                                             : back_off_ms(failures, asked, random_));
  if (is_limit && until > account_.errors[error].retry_at_ms) account_.errors[error].retry_at_ms = until;
  if (until > hold_until_ms_) {
    hold_until_ms_ = until;
    hold_phase_ = is_limit ? ACTION_PHASE_RATE_WINDOW : ACTION_PHASE_BACK_OFF;
    hold_error_ = error;
  }
  const uint16_t gone_error = account_.input.removals.sequences[batch.sequence].gone_error;
  if (gone_error != ErrorLog::none) {  // while the batch was open
    batch.error = gone_error;
    end_batch(batch, BatchState::refused);
  } else if (batch.attempts >= account_.input.options.max_attempts) {
    end_batch(batch, when_given_up);
  } else {
    batch.state = BatchState::waiting;
    account_.batches.retry(index);
  }
  if (state_ == RunState::running && failures_ >= account_.input.options.max_attempts &&
      account_.batches.next() != Batches::none) {
    stop(answer.cause, error);
    if (is_retryable(answer.cause)) account_.errors[error].retry_at_ms = hold_until_ms_;
  }
}

// The batches of a sequence that is not there any more are not worth a request.
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
  batch.state = state;
  if (state == BatchState::confirmed) account_.counts.confirmed += batch.contacts;
  if (state == BatchState::refused) account_.counts.refused += batch.contacts;
  if (state == BatchState::unknown) account_.counts.unknown += batch.contacts;
  if (state == BatchState::unsent) account_.counts.unsent += batch.contacts;
}

// Sends what may be sent now, and ends the run when nothing is left to wait for.
void Run::step(Host &host) {
  wake_ms_ = 0;
  phase_ = ACTION_PHASE_SENDING;
  uint32_t batch = Batches::none;
  while (state_ == RunState::running && (batch = account_.batches.next()) != Batches::none && may_send())
    send(batch, host);
  if (open_.empty() && (state_ == RunState::stopping || account_.batches.next() == Batches::none)) finish();
}

// Whether a request may be sent now; if not, until when to wait.
bool Run::may_send() {
  const Options &options = account_.input.options;
  if (options.max_duration_ms > 0 && now_ms_ >= start_ms_ + options.max_duration_ms) {
    stop(Cause::deadline, account_.errors.of_cause(Cause::deadline));
    return false;
  }
  if (options.max_stall_ms > 0 && now_ms_ > progress_ms_ + options.max_stall_ms) {
    const bool failing = failures_ > 0 && hold_error_ != ErrorLog::none;
    const uint16_t error = failing ? hold_error_ : account_.errors.of_cause(Cause::deadline);
    stop(account_.errors[error].cause, error);
    return false;
  }
  if (account_.window.advance(now_ms_)) {
    alone_ = true;
    window_first_ = last_exchange_ + 1;
  }
  const auto open = static_cast<uint32_t>(open_.size());
  if (hold_until_ms_ > now_ms_) return wait_until(hold_until_ms_, hold_phase_, hold_error_);
  if (open >= (alone_ ? 1 : options.concurrency)) return false;
  return account_.window.allows(open) ||
         wait_until(account_.window.reset_ms(), ACTION_PHASE_RATE_WINDOW, ErrorLog::none);
}

// Always false. A wait that cannot end inside a limit is not begun: the run stops, and says when to come
// back.
bool Run::wait_until(uint64_t ms, uint32_t phase, uint16_t error) {
  wake_ms_ = ms;
  if (!open_.empty()) return false;
  const Options &options = account_.input.options;
  const bool is_window = phase == ACTION_PHASE_RATE_WINDOW;
  const bool too_long = (options.max_duration_ms > 0 && ms > start_ms_ + options.max_duration_ms) ||
                        (options.max_stall_ms > 0 && ms > progress_ms_ + options.max_stall_ms) ||
                        (options.max_stall_ms == 0 && (is_window || ms > now_ms_ + longest_back_off_ms));
  if (too_long) {
    if (error == ErrorLog::none)
      error = account_.errors.of_cause(is_window ? Cause::rate_limited : Cause::deadline);
    stop(account_.errors[error].cause, error);
    account_.errors[error].retry_at_ms = ms;
  } else {
    phase_ = phase;
  }
  return false;
}

void Run::send(uint32_t index, Host &host) {
  account_.batches.take(index);
  Batch &batch = account_.batches[index];
  batch.state = BatchState::open;
  last_sent_ms_ = now_ms_;
  batch.attempts++;
  account_.counts.requests++;
  if (batch.was_sent) account_.counts.retries++;
  batch.was_sent = true;
  const Exchange exchange{++last_exchange_, index};
  if (!open_.push(exchange)) return;  // cannot be: the room was reserved

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
      end_batch(batch, batch.carried_out_maybe ? BatchState::unknown : BatchState::unsent);
      if (batch.error == ErrorLog::none) batch.error = account_.stop_error;
    }
  }
  state_ = RunState::done;
  wake_ms_ = 0;
  phase_ = ACTION_PHASE_READY;
  ResultWriter writer(account_);
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
  progress_.wake_ms = state_ == RunState::ready ? 1 : wake_ms_;
  progress_.phase = phase_;
  progress_.total = account_.total;
  progress_.confirmed = account_.counts.confirmed;
  progress_.failed = account_.counts.refused + account_.counts.unknown;
  progress_.open = static_cast<uint32_t>(open_.size());
  progress_.requests = account_.counts.requests;
  progress_.retries = account_.counts.retries;
  return progress_;
}

}  // namespace skipcall
