// A run of remove_contacts: the state machine. Events come in, requests go out through Host, and the same
// events always give the same requests and the same result. The transitions themselves are the tables in
// transitions.hpp.
#pragma once

#include <cstdint>
#include <string_view>

#include "account.hpp"
#include "action.h"
#include "answer.hpp"
#include "random.hpp"

namespace skipcall {

// A request to be sent. Lent until Host::send returns. What is the same for all of them is in api.hpp.
struct Request {
  uint32_t timeout_ms;
  std::string_view target;
  std::string_view body;
};

// Where requests go. Neither member may call the run.
class Host {
 public:
  virtual void send(uint32_t exchange, const Request &request) = 0;
  virtual void cancel(uint32_t exchange) = 0;

 protected:
  ~Host() = default;
};

class Run {
 public:
  // Reads the input (borrowed). A run that cannot send anything is done at once.
  Run(std::string_view document, uint32_t flags, uint64_t seed);
  Run(const Run &) = delete;
  Run &operator=(const Run &) = delete;

  // The events. Result: ACTION_DONE or ACTION_WAITING; answer() also ACTION_E_EXCHANGE.
  int32_t wake(uint64_t now_ms, Host &host);
  int32_t answer(uint32_t exchange, uint64_t now_ms, const RawAnswer &raw, Host &host);
  int32_t cancel(uint64_t now_ms, Host &host);

  // Whether `exchange` was announced and not answered yet.
  bool is_open(uint32_t exchange) const;
  bool is_done() const { return state_ == RunState::done; }
  // Lent until the next call.
  const action_progress &progress();
  // Lent for the run's life; empty until done.
  std::string_view result() const { return result_.empty() ? short_result_.view() : result_.view(); }

 private:
  struct Exchange {
    uint32_t number, batch;
  };

  void begin(uint32_t flags);
  uint64_t due_ms(bool is_lost) const;
  void set_time(uint64_t now_ms, bool is_lost = false);
  void apply(uint32_t batch, const Exchange &exchange, const Answer &answer);
  void confirm(Batch &batch, const Exchange &exchange, const Answer &answer);
  void fail_for_now(uint32_t batch, const Exchange &exchange, const Answer &answer, BatchState when_given_up);
  void open_up(const Exchange &exchange);
  void end_sequence(uint32_t sequence, uint16_t error);
  void end_batch(Batch &batch, BatchState state);
  void step(Host &host);
  bool may_send();
  bool wait_until(uint64_t ms, uint32_t phase, uint16_t error);
  void send(uint32_t batch, Host &host);
  void stop(Cause cause, uint16_t error);
  void finish();
  int32_t state() const { return is_done() ? ACTION_DONE : ACTION_WAITING; }

  Account account_;
  Random random_;
  RunState state_ = RunState::ready;

  uint64_t now_ms_ = 0;
  // Both are moved on by the time in which the host did not run.
  uint64_t start_ms_ = 0;
  uint64_t progress_ms_ = 0;  // of the last confirmed batch, or the start
  uint64_t last_sent_ms_ = 0;
  uint64_t wake_ms_ = 0;
  uint32_t phase_ = ACTION_PHASE_READY;

  Vec<Exchange> open_;
  uint32_t last_exchange_ = 0;
  bool alone_ = true;          // one request at a time: at first, in a new window, and after a failure
  uint32_t window_first_ = 0;  // exchanges before it were sent in rate windows that are over
  uint32_t failures_ = 0;      // in a row, with no success between
  uint32_t last_failed_ = 0;   // exchanges up to it belong to a failure that was counted
  uint32_t unexpected_ = 0;    // in a row
  uint32_t kills_ = 0;         // in a row, with no response between
  uint32_t refused_batches_ = 0;
  bool has_success_ = false;
  uint64_t hold_until_ms_ = 0;
  uint32_t hold_phase_ = ACTION_PHASE_BACK_OFF;
  uint16_t hold_error_ = ErrorLog::none;

  Text target_, body_;
  uint32_t target_sequence_ = UINT32_MAX;
  Text result_, short_result_;
  action_progress progress_{};
};

}  // namespace skipcall
