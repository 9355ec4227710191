// A run of remove_contacts: the state machine. Events come in, requests go out through Host, and the same
// events always give the same requests and the same result. The transitions themselves are the tables in
// transitions.hpp.
#pragma once

#include <cstdint>
#include <string_view>

#include "account.hpp"
#include "action.h"
#include "pace.hpp"
#include "response.hpp"
#include "tally.hpp"

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
  int32_t answer(uint32_t exchange, uint64_t now_ms, const RawResponse &raw, Host &host);
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

  void check(uint32_t flags);
  void apply(const Exchange &exchange, const Response &response);
  void schedule_retry(uint32_t batch, Retried when, BatchState when_given_up);
  void end_sequence(uint32_t sequence, uint16_t error);
  void end_batch(Batch &batch, BatchState state);
  void step(Host &host);
  void send(uint32_t batch, Host &host);
  void stop(Cause cause, uint16_t error);
  void finish();
  int32_t state() const { return is_done() ? ACTION_DONE : ACTION_WAITING; }

  Account account_;
  Pace pace_;
  Tally tally_;
  RunState state_ = RunState::ready;
  Vec<Exchange> open_;
  uint32_t last_exchange_ = 0;

  Text target_, body_;
  uint32_t target_sequence_ = UINT32_MAX;
  Text result_, short_result_;
  action_progress progress_{};
};

}  // namespace skipcall
