#include "drive.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "announcement_digest.hpp"
#include "clock.hpp"

namespace skipcall::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Kind = JournalEvent::Kind;

// How often a waiting host checks its stop request and reports progress.
constexpr milliseconds look_around{100};

// Each open request takes a handle of the HTTP library, and keeps its body.
constexpr size_t most_open = 1000;
constexpr uint64_t most_open_bytes = 256u << 20;

class Drive {
 public:
  Drive(const Module &module, HttpClient &http, const RunRequest &run, const RunOptions &options, RunEnd &end)
      : http_(http), options_(options), end_(end), instance_(module, options.limits) {
    if (options.journal != nullptr) {
      options.journal->check_binding(module.description().sha256, http.connections());
    }
    run_ = instance_.start(run.action, run.input, run.flags, run.seed);
    look();
  }

  void to_the_end() {
    replay();
    live_ = true;
    take_open_as_lost();
    if (!started_ && waiting() && !stopping()) deliver({.kind = Kind::wake, .now_ms = now()});
    while (waiting()) {
      tell_progress();
      if (!lost_.empty() && !cancelling()) {
        lose_next();
      } else if (stopping()) {
        stop();
      } else {
        step();
      }
    }
    tell_progress();
    end_.result = instance_.result(run_);
    try {
      instance_.release(run_);
    } catch (const HostError &) {  // NOLINT(bugprone-empty-catch): the account is complete
    }
  }

 private:
  bool waiting() const { return end_.progress.state == ACTION_WAITING; }
  bool stopping() const { return options_.stop != nullptr && options_.stop->stopping(); }
  bool cancelling() const { return options_.stop != nullptr && options_.stop->cancelling(); }
  uint64_t now() const { return clock_.now_ms(); }
  void tell_progress() const {
    if (options_.on_progress) options_.on_progress(end_.progress);
  }

  // Waits for a response or the wanted wake, and delivers what came: responses first, then the wake.
  void step() {
    auto responses = http_.receive(time_to_wait());
    for (auto &[exchange, response] : responses) {
      take_if_wanted(exchange, std::move(response));
    }
    just_woken_ = false;
    if (const uint64_t wake = end_.progress.wake_ms; waiting() && wake != 0 && wake <= now()) {
      deliver({.kind = Kind::wake, .now_ms = now()});
      just_woken_ = responses.empty();
    }
  }

  milliseconds time_to_wait() const {
    const uint64_t wake = end_.progress.wake_ms;
    if (wake == 0) {
      if (http_.open().empty()) throw HostError(Fault::trap, "the module waits for nothing");
      return look_around;
    }
    // A module that always asks to be woken at once must not use up the processor.
    auto least = just_woken_ ? milliseconds(1) : milliseconds(0);
    const uint64_t time = now();
    if (wake <= time) return least;
    return std::max(least, std::min(look_around, milliseconds(std::min<uint64_t>(wake - time, 1000))));
  }

  // Sends nothing new. Open requests may finish for a while; then whatever never left the host is answered as
  // not sent, so that the account is exact, and the rest is given up.
  void stop() {
    if (!stop_began_) stop_began_ = steady_clock::now();
    if (!cancelling() && !http_.open().empty() && steady_clock::now() - *stop_began_ < options_.grace) {
      for (auto &[exchange, response] : http_.receive(look_around)) {
        take_if_wanted(exchange, std::move(response));
      }
      return;
    }
    for (auto &[exchange, response] : http_.receive(milliseconds(0))) {  // what has arrived meanwhile
      take_if_wanted(exchange, std::move(response));
    }
    for (const uint32_t exchange : http_.open()) {
      if (http_.abandon(exchange)) held_[exchange] = {};
    }
    // A response may make the module announce the next try, which is held back and answered in turn. The
    // module limits its tries, and this loop is limited too.
    for (int left = 10000; left > 0 && waiting() && !held_.empty(); --left) {
      const uint32_t exchange = held_.begin()->first;
      HttpResponse response;
      response.error = ACTION_HTTP_CANCELLED;
      response.flags = ACTION_HTTP_NOT_SENT;
      response.detail = "the run was stopped";
      take_response(exchange, std::move(response));
    }
    if (waiting()) deliver({.kind = Kind::cancel, .now_ms = now()});
    if (waiting()) throw HostError(Fault::trap, "the module continues after it was cancelled");
  }

  // The module may have ended the run, or given up the exchange, after an earlier response.
  void take_if_wanted(uint32_t exchange, HttpResponse response) {
    if (waiting() && given_up_.count(exchange) == 0) take_response(exchange, std::move(response));
  }

  void take_response(uint32_t exchange, HttpResponse response) {
    if (options_.on_exchange) options_.on_exchange({exchange, nullptr, &response});
    if (response.error != ACTION_HTTP_OK && response.error != ACTION_HTTP_CANCELLED) {
      end_.last_failure = harmless_text(response.detail);
    }
    deliver(
        {.kind = Kind::http_done, .now_ms = now(), .exchange = exchange, .response = std::move(response)});
  }

  void replay() {
    if (options_.journal == nullptr) return;
    for (const JournalEvent &event : options_.journal->events()) {
      if (event.kind == Kind::gap) {
        has_gap_ = true;
        doubted_.clear();
        continue;
      }
      bool fits = waiting() && event.announced.value_or(announced_.value()) == announced_.value();
      if (event.kind == Kind::http_done || event.kind == Kind::http_lost)
        fits = fits && held_.count(event.exchange) > 0;
      if (!fits)
        throw HostError(Fault::journal, "the journal does not match: the module now behaves differently");
      if (event.kind == Kind::http_lost) doubt(event.exchange);
      deliver(event);
      ++end_.replayed_events;
    }
    if (!options_.journal->events().empty()) clock_ = Clock(options_.journal->events().back().now_ms);
    if (waiting() && !options_.journal->is_whole()) {
      options_.journal->append({.kind = Kind::gap, .now_ms = now(), .announced = announced_.value()});
      has_gap_ = true;
      doubted_.clear();
    }
  }

  // What the journal leaves open may have been sent, with an unknown outcome. The module retries it, and
  // counts that as another try.
  void take_open_as_lost() {
    for (const auto &[exchange, request] : std::exchange(held_, {})) {
      doubted_.insert(identity_of(request));
      lost_.push_back(exchange);
    }
  }

  void lose_next() {
    const uint32_t exchange = lost_.front();
    lost_.erase(lost_.begin());
    if (given_up_.count(exchange) == 0) {
      deliver({.kind = Kind::http_lost, .now_ms = now(), .exchange = exchange});
    }
  }

  // Where events are missing, each request may have been sent before. The first time it is announced, it is
  // not sent but answered as lost, so that the module knows. The repeat is sent.
  bool is_doubtful(const HttpRequest &request) {
    return has_gap_ && doubted_.insert(identity_of(request)).second;
  }
  void doubt(uint32_t exchange) { doubted_.insert(identity_of(held_.at(exchange))); }
  using Identity = std::tuple<std::string, std::string, std::string, std::string>;
  static Identity identity_of(const HttpRequest &request) {
    return {request.connection, request.method, request.target, request.body};
  }

  // Delivers one event to the module, after writing it down, and collects what the module announced.
  void deliver(JournalEvent event) {
    if (live_ && options_.journal != nullptr) {
      event.announced = announced_.value();
      options_.journal->append(event);
    }
    started_ = true;
    int32_t state = ACTION_DONE;
    switch (event.kind) {
      case Kind::wake:
        state = instance_.wake(run_, event.now_ms);
        break;
      case Kind::http_done:
      case Kind::http_lost:
        held_.erase(event.exchange);
        state = instance_.http_done(run_, event.exchange, event.now_ms,
                                    event.kind == Kind::http_done ? &event.response : nullptr);
        break;
      case Kind::cancel:
        state = instance_.cancel(run_, event.now_ms);
        break;
      case Kind::gap:
        return;
    }
    if (state < 0) {
      throw HostError(Fault::trap,
                      "the module refused an event that it had to accept (" + std::to_string(state) + ")");
    }
    take_announcements();
    look();
    if (state != end_.progress.state) {
      throw HostError(Fault::trap,
                      "the module broke the ABI: an event returned another state than the run is in");
    }
    if (held_.size() + http_.open().size() > most_open) {
      throw HostError(Fault::trap,
                      "the module has more than " + std::to_string(most_open) + " requests open");
    }
    if (http_.open_bytes() > most_open_bytes) {
      throw HostError(Fault::trap, "the module has requests of more than 256 MiB open");
    }
  }

  void take_announcements() {
    for (const Announcement &announcement : instance_.take_announcements()) {
      const bool sends = announcement.kind == Announcement::Kind::send;
      if (announcement.run != run_ || (sends && announcement.exchange <= last_exchange_)) {
        throw HostError(Fault::trap, "the module announced an exchange of an unknown run, or twice");
      }
      announced_.add(announcement);
      if (!sends) {
        if (announcement.exchange <= last_exchange_) given_up_.insert(announcement.exchange);
        held_.erase(announcement.exchange);
        http_.abandon(announcement.exchange);
        continue;
      }
      last_exchange_ = announcement.exchange;
      if (live_ && is_doubtful(announcement.request)) {
        lost_.push_back(announcement.exchange);
      } else if (live_ && !stopping()) {
        send(announcement.exchange, announcement.request);
      } else {
        held_[announcement.exchange] = announcement.request;
      }
    }
  }

  void send(uint32_t exchange, const HttpRequest &request) {
    if (options_.on_exchange) options_.on_exchange({exchange, &request, nullptr});
    http_.send(exchange, request);
  }

  void look() { end_.progress = instance_.status(run_); }

  HttpClient &http_;
  const RunOptions &options_;
  RunEnd &end_;
  Instance instance_;
  Clock clock_;
  uint32_t run_ = 0;
  bool live_ = false;     // the journal is replayed; what is announced is sent
  bool started_ = false;  // the module has had its first event
  bool just_woken_ = false;
  std::optional<steady_clock::time_point> stop_began_;
  std::map<uint32_t, HttpRequest> held_;  // announced, not passed to the HTTP client
  std::vector<uint32_t> lost_;            // announced, to be answered as lost
  std::set<uint32_t> given_up_;           // by the module
  uint32_t last_exchange_ = 0;
  bool has_gap_ = false;        // events are missing in the journal
  std::set<Identity> doubted_;  // answered as lost since
  AnnouncementDigest announced_;
};

}  // namespace

RunEnd run_action(const Module &module, HttpClient &http, const RunRequest &run, const RunOptions &options) {
  RunEnd end;
  try {
    Drive(module, http, run, options, end).to_the_end();
  } catch (const HostError &error) {
    end.failure = error.fault();
    end.failure_text = error.what();
  } catch (const std::bad_alloc &) {
    end.failure = Fault::no_memory;
    end.failure_text = "the host is out of memory";
  } catch (const std::exception &error) {
    end.failure = Fault::internal;
    end.failure_text = error.what();
  }
  for (const uint32_t exchange : http.open()) http.abandon(exchange);
  return end;
}

}  // namespace skipcall::host
