// The loop that drives a run: it passes announced requests to the HTTP client, and responses back to the
// module.
//
// A whole host, for one action:
//
//     Module module = Module::load("remove_contacts.wasm", default_cache_directory());
//     HttpClient http(Connection(module.description().connections[0], "https://api-public.skipcall.app",
//                                std::move(key)));
//     RunEnd end = run_action(module, http, {"remove_contacts", input, 0, random_seed()}, {});
//     if (end.ok()) use(end.result); else report(end.failure_text);
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "action.h"
#include "error.hpp"
#include "http_client.hpp"
#include "instance.hpp"
#include "journal.hpp"
#include "module.hpp"

namespace skipcall::host {

// How a person ends a run early. Both may be called from a signal handler or another thread, and are noticed
// within 100 ms.
class StopRequest {
 public:
  // Nothing new is sent; open requests may end for up to RunOptions::grace, then the run is cancelled.
  void stop() noexcept { raise_to(1); }
  // The run is cancelled at once.
  void cancel() noexcept { raise_to(2); }
  bool stopping() const noexcept { return level_.load() >= 1; }
  bool cancelling() const noexcept { return level_.load() >= 2; }

 private:
  void raise_to(int level) noexcept {
    int seen = level_.load();
    while (seen < level && !level_.compare_exchange_weak(seen, level)) {
    }
  }
  std::atomic<int> level_{0};
  static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may use nothing else");
};

// One side of an exchange, for a log. The request's body and headers hold ids; neither side holds the key.
struct ExchangeReport {
  uint32_t exchange;
  const HttpRequest *request;    // borrowed; set when it is sent
  const HttpResponse *response;  // borrowed; set when it has arrived
};

struct RunOptions {
  InstanceLimits limits;
  std::chrono::milliseconds grace{5000};                     // see StopRequest::stop
  const StopRequest *stop = nullptr;                         // borrowed; 0: nobody stops it
  Journal *journal = nullptr;                                // borrowed; one with events is replayed first
  std::function<void(const action_progress &)> on_progress;  // after each event, and each 100 ms of waiting
  std::function<void(const ExchangeReport &)> on_exchange;   // live exchanges only
};

struct RunEnd {
  std::string result;            // the action's result, UTF-8 JSON; empty when the host failed
  std::optional<Fault> failure;  // Trap, OutOfTime, NoMemory, WrongAbi, Journal, Unreadable …
  std::string failure_text;
  action_progress progress{};  // the last one seen; phase, wake_ms and counts
  // Of the last request without a whole response, except those that were held back: host, port and cause;
  // harmless text.
  std::string last_failure;
  uint32_t replayed_events = 0;
  bool ok() const { return !failure; }
};

// Runs an action to its end. run: for a resumed journal, journal->run(). Does not throw HostError: a failure
// is in the result. The journal stays: the caller removes it once the result is safe, so that a crash in
// between loses nothing.
RunEnd run_action(const Module &module, HttpClient &http, const RunRequest &run, const RunOptions &options);

}  // namespace skipcall::host
