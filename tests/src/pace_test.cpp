#include "pace.hpp"

#include "api.hpp"
#include "catch.hpp"

namespace skipcall {
namespace {

using Kind = Pace::Decision::Kind;

constexpr uint64_t begin_ms = 1'750'000'000'000;
constexpr uint64_t begin_s = begin_ms / 1000;

// A pace and its clock, driven as a run drives it; requests are 1, 2, 3 …
struct Driven {
  explicit Driven(const Options &options = {}) : pace(options, 1) { pace.begin(now_ms); }

  const Pace::Decision &decide() { return pace.decide(true); }
  // Sends as many as are allowed at once. Result: how many were.
  unsigned send_all() {
    unsigned sent = 0;
    for (; decide().kind == Kind::send; sent++) pace.sent(++last);
    return sent;
  }
  void wait(uint64_t ms) { pace.advance(now_ms += ms); }
  void wait_until_due() {
    REQUIRE(decide().at_ms >= now_ms);
    pace.advance(now_ms = pace.decision().at_ms);
  }
  uint64_t end(uint32_t exchange, Pacing pacing, const ResponseHeaders &headers = {},
               Pace::Failure failure = {}, bool is_forgiven = false) {
    pace.ended(exchange, headers, true);
    return pace.apply(pacing, exchange, headers, failure, is_forgiven);
  }
  void fail(uint32_t exchange, uint16_t error = 0, const ResponseHeaders &headers = {}) {
    end(exchange, Pacing::back_off, headers, {Cause::temporarily_unavailable, error});
  }

  uint64_t now_ms = begin_ms;
  uint32_t last = 0;
  Pace pace;
};

ResponseHeaders window_of(uint64_t limit, uint64_t remaining, uint64_t reset_s) {
  ResponseHeaders headers;
  headers.has_limit = headers.has_remaining = headers.has_reset = true;
  headers.limit = limit;
  headers.remaining = remaining;
  headers.reset = reset_s;
  return headers;
}

ResponseHeaders retry_after(uint64_t seconds) {
  ResponseHeaders headers;
  headers.has_retry_after_s = true;
  headers.retry_after_s = seconds;
  return headers;
}

bool is_wait(const Pace::Decision &decision, uint32_t phase) {
  return decision.kind == Kind::wait && decision.phase == phase;
}

}  // namespace

TEST_CASE("one request probes, and a good response ends the probing") {
  for (const Pacing good : {Pacing::success, Pacing::opens_up}) {
    Driven run;
    CHECK(run.send_all() == 1);
    CHECK(is_wait(run.decide(), ACTION_PHASE_SENDING));
    CHECK(run.decide().at_ms == 0);
    run.end(1, good);
    CHECK(run.send_all() == Options().concurrency);
  }
  Driven refused;
  refused.send_all();
  refused.end(1, Pacing::unchanged);
  CHECK(refused.send_all() == 1);
}

TEST_CASE("with nothing to send it waits only for responses") {
  Driven run;
  CHECK(run.pace.decide(false).kind == Kind::wait);
  CHECK(run.pace.decision().at_ms == 0);
  CHECK(run.pace.decision().phase == ACTION_PHASE_SENDING);
}

TEST_CASE("a failure holds back, then probes; failures that were open together are one") {
  Driven run;
  run.send_all();
  run.end(1, Pacing::success);
  run.send_all();  // 2 to 7
  run.fail(2);
  const uint64_t until = run.decide().at_ms;
  CHECK((until >= run.now_ms + 500 && until <= run.now_ms + 1000));
  CHECK(is_wait(run.decide(), ACTION_PHASE_SENDING));  // the others are open
  run.fail(3);
  run.end(4, Pacing::success);  // was sent before the failure: no reason to end the probing
  for (const uint32_t exchange : {5u, 6u, 7u}) run.fail(exchange);
  CHECK(is_wait(run.decide(), ACTION_PHASE_BACK_OFF));
  run.wait_until_due();
  CHECK(run.send_all() == 1);
  run.end(8, Pacing::success);
  CHECK(run.send_all() == Options().concurrency);
}

TEST_CASE("the last of several failures in a row stops it, and a success ends the row") {
  Options options;
  options.max_attempts = 3;
  options.concurrency = 1;
  Driven run(options);
  for (uint32_t exchange = 1; exchange <= 6; exchange++) {
    REQUIRE(run.send_all() == 1);
    if (exchange == 3) {
      run.end(exchange, Pacing::success);
      continue;
    }
    run.fail(exchange, static_cast<uint16_t>(exchange));
    if (exchange < 6) run.wait_until_due();
  }
  const Pace::Decision decision = run.decide();
  CHECK(decision.kind == Kind::stop);
  CHECK(decision.failure.cause == Cause::temporarily_unavailable);
  CHECK(decision.failure.error == 6);
  CHECK(decision.at_ms > run.now_ms);
}

TEST_CASE("a cause that a retry cannot fix names no time to come back") {
  Options options;
  options.max_attempts = 1;
  Driven run(options);
  run.send_all();
  run.end(1, Pacing::back_off, {}, {Cause::unexpected_response, 5});
  CHECK(run.decide().kind == Kind::stop);
  CHECK(run.decide().at_ms == 0);
}

TEST_CASE("a forgiven failure holds back, but does not count as one") {
  Options options;
  options.max_attempts = 2;
  Driven run(options);
  for (uint32_t exchange = 1; exchange <= 20; exchange++) {
    REQUIRE(run.send_all() == 1);
    run.end(exchange, Pacing::back_off, {}, {Cause::network, 0}, true);
    CHECK(is_wait(run.decide(), ACTION_PHASE_BACK_OFF));
    CHECK(run.decide().at_ms <= run.now_ms + 1000);  // it does not double either
    run.wait_until_due();
  }
}

TEST_CASE("a rate limit holds for as long as the API says, and reports until when") {
  Driven run;
  run.send_all();
  const uint64_t until = run.end(1, Pacing::rate_limit, retry_after(7), {Cause::rate_limited, 0});
  CHECK(until >= begin_ms + 7000);
  CHECK(is_wait(run.decide(), ACTION_PHASE_RATE_WINDOW));
  CHECK(run.decide().at_ms == until);
  Driven failing;
  failing.send_all();
  CHECK(failing.end(1, Pacing::back_off, retry_after(7), {Cause::network, 0}) == 0);
  CHECK(failing.decide().at_ms >= begin_ms + 7000);
}

TEST_CASE("the longest hold counts") {
  Driven run;
  run.send_all();
  run.end(1, Pacing::success);
  run.send_all();
  run.end(2, Pacing::rate_limit, retry_after(20), {Cause::rate_limited, 1});
  run.fail(3, 2);
  for (const uint32_t exchange : {4u, 5u, 6u, 7u}) run.end(exchange, Pacing::unchanged);
  CHECK(is_wait(run.decide(), ACTION_PHASE_RATE_WINDOW));
  CHECK(run.decide().at_ms >= begin_ms + 20'000);
}

TEST_CASE("a window that is used up is waited for, and the next one is probed") {
  Options options;
  options.has_leave_remaining = true;
  options.concurrency = 4;
  Driven run(options);
  run.send_all();
  run.end(1, Pacing::success, window_of(100, 2, begin_s + 30));
  CHECK(run.send_all() == 2);
  run.end(2, Pacing::success, window_of(100, 1, begin_s + 30));
  run.end(3, Pacing::success, window_of(100, 0, begin_s + 30));
  CHECK(is_wait(run.decide(), ACTION_PHASE_RATE_WINDOW));
  CHECK(run.decide().at_ms >= begin_ms + 30'000);
  run.wait_until_due();
  CHECK(run.send_all() == 1);
  CHECK(run.pace.waited_ms() == run.now_ms - begin_ms);
  run.end(4, Pacing::success, window_of(100, 99, begin_s + 90));
  CHECK(run.send_all() == 4);
}

TEST_CASE("a request that never left uses up nothing of the window") {
  Options options;
  options.has_leave_remaining = true;
  Driven run(options);
  run.send_all();
  run.end(1, Pacing::success, window_of(100, 2, begin_s + 30));
  CHECK(run.send_all() == 2);
  run.pace.ended(2, {}, false);
  run.pace.ended(3, {}, false);
  CHECK(run.send_all() == 2);
  run.pace.ended(4, {}, true);
  CHECK(run.send_all() == 0);
}

TEST_CASE("past a limit it stops, and blames a failure if there was one") {
  Options options;
  options.max_duration_ms = 10'000;
  Driven duration(options);
  duration.send_all();
  duration.wait(9'999);
  duration.end(1, Pacing::success);
  CHECK(duration.send_all() > 0);
  duration.wait(1);
  CHECK(duration.decide().kind == Kind::stop);
  CHECK(duration.decide().failure.cause == Cause::deadline);
  CHECK(duration.decide().failure.error == ErrorLog::none);
  CHECK(duration.decide().at_ms == 0);

  options = {};
  options.max_stall_ms = 10'000;
  Driven stall(options);
  stall.send_all();
  stall.wait(8'000);
  stall.end(1, Pacing::success);  // the stall counts from here
  stall.send_all();
  stall.wait(10'000);
  CHECK(stall.decide().kind == Kind::wait);
  stall.wait(1);
  stall.end(2, Pacing::unchanged);
  CHECK(stall.decide().failure.cause == Cause::deadline);

  Driven failing(options);
  failing.send_all();
  failing.fail(1, 3);
  failing.wait_until_due();
  failing.send_all();
  failing.wait(10'000);
  failing.end(2, Pacing::unchanged);
  CHECK(failing.decide().kind == Kind::stop);
  CHECK(failing.decide().failure.cause == Cause::temporarily_unavailable);
  CHECK(failing.decide().failure.error == 3);
}

TEST_CASE("a wait that ends past a limit is not begun, but open requests are waited for") {
  Options limits[3];
  limits[0].max_stall_ms = 20'000;
  limits[1].max_duration_ms = 20'000;
  limits[2].max_stall_ms = 0;  // no window is waited for
  for (Options &options : limits) {
    INFO(options.max_stall_ms << ' ' << options.max_duration_ms);
    options.has_leave_remaining = true;
    Driven window(options);
    window.send_all();
    window.end(1, Pacing::success, window_of(100, 1, begin_s + 30));
    CHECK(window.send_all() == 1);
    CHECK(is_wait(window.decide(), ACTION_PHASE_SENDING));
    CHECK(window.decide().at_ms >= begin_ms + 30'000);
    window.end(2, Pacing::success, window_of(100, 0, begin_s + 30));
    CHECK(window.decide().kind == Kind::stop);
    CHECK(window.decide().failure.cause == Cause::rate_limited);
    CHECK(window.decide().failure.error == ErrorLog::none);
    CHECK(window.decide().at_ms >= begin_ms + 30'000);
  }
  Driven named(limits[2]);
  named.send_all();
  named.fail(1, 0);
  CHECK(named.decide().kind == Kind::wait);  // a back-off is not a window
  named.wait_until_due();
  named.send_all();
  named.fail(2, 0, retry_after(3600));  // nor is an hour a back-off
  CHECK(named.decide().kind == Kind::stop);
}

TEST_CASE("time in which the host did not run counts for nothing") {
  constexpr uint64_t hour_ms = 3'600'000;
  Options options;
  options.max_stall_ms = options.max_duration_ms = 40'000;
  options.has_leave_remaining = true;

  Driven asleep(options);  // during a wait: the wake comes late
  asleep.send_all();
  asleep.end(1, Pacing::success, window_of(100, 0, begin_s + 30));
  asleep.decide();
  const uint64_t wait_ms = asleep.pace.decision().at_ms - asleep.now_ms;
  asleep.wait(wait_ms + hour_ms);
  CHECK(asleep.decide().kind == Kind::send);
  CHECK(asleep.pace.waited_ms() == wait_ms);

  Driven open(options);  // with an open request: it ends long after its time
  open.send_all();
  open.wait(options.request_timeout_ms + hour_ms);
  open.end(1, Pacing::success);
  CHECK(open.decide().kind == Kind::send);

  Driven killed(options);  // it may have been killed right after the last event
  killed.send_all();
  killed.pace.advance(killed.now_ms += hour_ms, true);
  killed.end(1, Pacing::back_off, {}, {Cause::network, 0}, true);
  CHECK(killed.decide().kind == Kind::wait);

  Driven late(options);  // five seconds do not count as sleep
  late.send_all();
  late.wait(options.request_timeout_ms + 5000);
  late.end(1, Pacing::unchanged);
  CHECK(late.decide().kind == Kind::send);
  late.wait(5000);
  CHECK(late.decide().kind == Kind::stop);
}

TEST_CASE("times that run backwards or overflow do no harm") {
  Driven run;
  run.pace.advance(begin_ms - 5000);
  CHECK(run.decide().kind == Kind::send);
  run.send_all();
  run.fail(1);
  run.pace.advance(UINT64_MAX);
  CHECK(run.decide().kind == Kind::send);
}

}  // namespace skipcall
