#include "simulation/simulation.hpp"

#include <map>

#include "sandbox/error_body.hpp"
#include "simulation/account.hpp"
#include "simulation/violation.hpp"

namespace skipcall::simulation {
namespace {

const std::vector<uint32_t> gateway_statuses{502, 503, 504};
const std::vector<uint32_t> odd_statuses{302, 400, 402, 403, 404, 407, 408, 409, 413, 418,
                                         422, 425, 429, 451, 501, 505, 520, 524, 599};

// A bound on virtual time, far above what options and windows of a scenario can ask for.
constexpr uint64_t longest_ms = 40ull * 24 * 3600 * 1000;

std::string framed(const std::vector<sandbox::Header> &headers, bool spaces) {
  std::string text;
  for (const sandbox::Header &header : headers) {
    text += header.name + (spaces ? ": " : ":") + header.value + "\r\n";
  }
  return text;
}

}  // namespace

Simulation::Simulation(const Scenario &scenario, std::vector<std::string> *trace)
    : scenario_(scenario),
      trace_(trace),
      chance_(scenario.seed ^ 0x5eed),
      api_(scenario.data),
      now_ms_(scenario.epoch_ms) {
  for (size_t i = 0; i < scenario.runs.size(); i++) {
    const RunPlan &plan = scenario.runs[i];
    runs_.push_back(std::make_unique<DrivenRun>(scenario, plan));
    wake_versions_.push_back(0);
    push({Event::Kind::wake, i, scenario.epoch_ms + plan.start_ms, 0, 0, 0, {}, {}, false});
    if (plan.cancel_ms != 0) {
      push({Event::Kind::cancel, i, scenario.epoch_ms + plan.cancel_ms, 0, 0, 0, {}, {}, false});
    }
    for (uint64_t n = 0; plan.is_killed && n < plan.away_times; n++) {
      const uint64_t at = plan.back_ms(plan.away_ms + n * (plan.away_for_ms + plan.away_again_ms));
      push({Event::Kind::resume, i, scenario.epoch_ms + at, 0, 0, 0, {}, {}, false});
    }
  }
}

void Simulation::push(Event event) {
  event.order = ++order_;
  queue_.push(std::move(event));
}

void Simulation::note(size_t run, const std::string &text) {
  if (trace_ == nullptr) return;
  trace_->push_back("+" + std::to_string(now_ms_ - scenario_.epoch_ms) + " run " + std::to_string(run) +
                    ": " + text);
}

void Simulation::play() {
  uint64_t events = 0, events_at_most = 10'000;
  for (const RunPlan &plan : scenario_.runs)
    events_at_most += 100 * plan.batches() * plan.options.max_attempts;
  while (!queue_.empty()) {
    const Event event = queue_.top();
    queue_.pop();
    now_ms_ = event.at_ms;
    require(now_ms_ < scenario_.epoch_ms + longest_ms, "no end: after ", longest_ms, " ms");
    require(++events < events_at_most, "no end: after ", events, " events");
    handle(event);
  }
  for (size_t i = 0; i < runs_.size(); i++) {
    require(runs_[i]->is_done(), "no end: nothing is left to happen, and a run waits");
  }
  counters_ = api_.counters();
  require(counters_.bad_requests == 0, "the server did not understand a request");
  for (size_t i = 0; i < runs_.size(); i++) {
    note(i, std::string(runs_[i]->result().substr(0, 500)));
    check_account(*runs_[i], scenario_, api_);
    runs_[i]->check_replay();
  }
  for (const auto &run : runs_) check_again(*run, scenario_, api_, now_ms_);
}

void Simulation::handle(const Event &event) {
  DrivenRun &run = *runs_[event.run];
  const RunPlan &plan = run.plan();
  const uint64_t back_ms = plan.back_ms(now_ms_ - scenario_.epoch_ms);
  if (event.kind != Event::Kind::arrival && back_ms != 0) {
    // What a killed host waited for is lost with it; a host that sleeps finds it when it wakes up.
    if (plan.is_killed && event.kind != Event::Kind::cancel) return;
    Event later = event;
    later.at_ms = scenario_.epoch_ms + back_ms;
    push(std::move(later));
    return;
  }
  switch (event.kind) {
    case Event::Kind::resume:
      resume(event.run);
      return;
    case Event::Kind::arrival:
      arrive(event);
      return;
    case Event::Kind::wake:
      if (event.version != 0 && event.version != wake_versions_[event.run]) return;
      note(event.run, "wake");
      after_event(event.run, run.wake(now_ms_));
      return;
    case Event::Kind::cancel:
      note(event.run, "cancel");
      after_event(event.run, run.cancel(now_ms_));
      return;
    case Event::Kind::answer:
      note(event.run, "answer to " + std::to_string(event.exchange) + ": " +
                          std::to_string(event.delivery->status) + " error " +
                          std::to_string(event.delivery->error) +
                          (event.delivery->has_rate
                               ? " remaining " + std::to_string(event.delivery->remaining) + " until +" +
                                     std::to_string(event.delivery->window_end_ms - scenario_.epoch_ms)
                               : ""));
      after_event(event.run, run.answer(event.exchange, now_ms_, *event.delivery));
      return;
  }
}

// Like a host that was killed: by replay, and what the journal leaves open is lost.
void Simulation::resume(size_t run) {
  note(run, "resumes");
  runs_[run]->take_over();
  if (runs_[run]->plan().loses_end) doubted_.try_emplace(run);
  const std::map<uint32_t, size_t> open = runs_[run]->rules().open();
  for (const auto &[exchange, batch] : open) {
    is_doubtful(run, exchange);
    lose(run, exchange);
  }
  after_event(run, {});
}

void Simulation::lose(size_t run, uint32_t exchange) {
  note(run, "lost " + std::to_string(exchange));
  after_event(run, runs_[run]->lose(exchange, now_ms_));
}

// Whether a host does not send an open exchange but reports it as lost. Only once for each batch.
bool Simulation::is_doubtful(size_t run, uint32_t exchange) {
  const auto doubted = doubted_.find(run);
  return doubted != doubted_.end() && doubted->second.insert(runs_[run]->rules().open().at(exchange)).second;
}

void Simulation::after_event(size_t run, const std::vector<Import> &imports) {
  std::vector<uint32_t> doubtful;
  for (const Import &import : imports) {
    note(run, (import.cancels ? "cancels " : "sends ") + std::to_string(import.exchange) + " " +
                  import.target + " " + std::to_string(import.body.size() / 39) + " ids");
    if (import.cancels) continue;
    if (is_doubtful(run, import.exchange)) {
      doubtful.push_back(import.exchange);
    } else {
      launch(run, import);
    }
  }
  const uint64_t wake_ms = runs_[run]->wake_ms();
  wake_versions_[run]++;
  if (wake_ms != 0) {
    const uint64_t late = chance_.between(0, scenario_.network.late_wake_ms);
    const uint64_t at = (wake_ms > now_ms_ ? wake_ms : now_ms_) + (chance_.one_in(4) ? late : 0);
    note(run, "asks to be woken at +" + std::to_string(wake_ms - scenario_.epoch_ms));
    push({Event::Kind::wake, run, at, 0, wake_versions_[run], 0, {}, {}, false});
  }
  if (!runs_[run]->is_done() && chance_.with(scenario_.network.extra_wake)) {
    push({Event::Kind::wake, run, now_ms_ + chance_.spread(1, 5000) - 1, 0, 0, 0, {}, {}, false});
  }
  for (const uint32_t exchange : doubtful) lose(run, exchange);
}

uint64_t Simulation::one_way_ms() {
  const uint64_t ms = chance_.between(scenario_.network.least_ms, scenario_.network.latency_ms);
  return chance_.with(scenario_.network.slow) ? ms * chance_.between(10, 50) : ms;
}

// Decides what happens to a request.
void Simulation::launch(size_t run, const Import &import) {
  const Network &network = scenario_.network;
  if (chance_.with(network.not_sent)) {
    answer_later(run, import.exchange, chance_.between(0, 20), not_sent());
    return;
  }
  if (chance_.with(network.untrusted)) {
    Delivery delivery;
    delivery.error = ACTION_HTTP_TLS;
    delivery.not_sent = chance_.one_in(2);
    answer_later(run, import.exchange, one_way_ms(), delivery);
    return;
  }
  if (chance_.with(network.not_sent_silently)) {
    Delivery delivery;
    delivery.error =
        chance_.pick<uint32_t>({ACTION_HTTP_OTHER, ACTION_HTTP_TIMEOUT, ACTION_HTTP_RESET, 99, 0});
    answer_later(run, import.exchange, one_way_ms(), delivery);
    return;
  }
  if (chance_.with(network.by_proxy)) {
    answer_later(run, import.exchange, one_way_ms(), by_proxy());
    return;
  }
  push({Event::Kind::arrival,
        run,
        now_ms_ + one_way_ms(),
        0,
        now_ms_,
        import.exchange,
        {},
        std::make_shared<const Import>(import),
        true});
}

void Simulation::answer_later(size_t run, uint32_t exchange, uint64_t in_ms, Delivery delivery) {
  const auto shared = std::make_shared<const Delivery>(std::move(delivery));
  push({Event::Kind::answer, run, now_ms_ + in_ms, 0, 0, exchange, shared, {}, false});
  if (chance_.with(scenario_.network.answered_twice)) {
    push({Event::Kind::answer,
          run,
          now_ms_ + in_ms + chance_.between(0, 3000),
          0,
          0,
          exchange,
          shared,
          {},
          false});
  }
  if (chance_.with(scenario_.network.answered_twice / 10)) {
    push({Event::Kind::answer, run, now_ms_ + in_ms, 0, 0, exchange + 1'000'000, shared, {}, false});
  }
}

Delivery Simulation::not_sent() {
  Delivery delivery;
  delivery.not_sent = true;
  delivery.error =
      chance_.pick<uint32_t>({ACTION_HTTP_OTHER, ACTION_HTTP_DNS, ACTION_HTTP_CONNECT, ACTION_HTTP_PROTOCOL});
  if (scenario_.network.cancels_itself && chance_.one_in(8)) {
    delivery.error =
        chance_.pick<uint32_t>({ACTION_HTTP_CANCELLED, ACTION_HTTP_DENIED, ACTION_HTTP_NO_CREDENTIAL});
  }
  return delivery;
}

Delivery Simulation::by_proxy() {
  Delivery delivery;
  delivery.error = ACTION_HTTP_OK;
  delivery.status = chance_.pick(scenario_.network.odd_statuses ? odd_statuses : gateway_statuses);
  const sandbox::Body body = sandbox::make_error_body(
      chance_.pick<sandbox::ErrorBody>({sandbox::ErrorBody::html, sandbox::ErrorBody::empty,
                                        sandbox::ErrorBody::nest_list, sandbox::ErrorBody::nested}),
      static_cast<int>(delivery.status), "PROXY", "number " + std::to_string(chance_.between(0, 60)));
  delivery.body = chance_.one_in(5) ? std::string(json_of_another_server) : body.text;
  return delivery;
}

// What is left of a response that went astray.
Delivery Simulation::lost(const Delivery &response) {
  Delivery delivery;
  delivery.error = chance_.pick<uint32_t>({ACTION_HTTP_OTHER, ACTION_HTTP_TIMEOUT, ACTION_HTTP_RESET,
                                           ACTION_HTTP_PROTOCOL, ACTION_HTTP_TOO_LARGE});
  if (chance_.one_in(3)) {  // the head arrived, and a part of the body
    delivery = response;
    delivery.error = chance_.one_in(2) ? ACTION_HTTP_RESET : ACTION_HTTP_TOO_LARGE;
    delivery.body.resize(delivery.body.size() / 2);
    delivery.counts = false;
  }
  return delivery;
}

// The request reaches the server; `version` of the event is when it was sent.
void Simulation::arrive(const Event &event) {
  const Import &import = *event.import;
  const bool key_is_bad = scenario_.bad_key_ms != 0 && now_ms_ >= scenario_.epoch_ms + scenario_.bad_key_ms;
  sandbox::Request request{"DELETE", import.target, {}, import.body};
  request.headers = {{"Authorization", std::string("Bearer ") + (key_is_bad ? scenario_.bad_key : good_key)},
                     {"Content-Type", "application/json"},
                     {"Content-Length", std::to_string(import.body.size())}};
  if (chance_.with(scenario_.network.repeated)) of_server(request, event.run, event.exchange);
  Delivery delivery = of_server(request, event.run, event.exchange);
  delivery.may_have_repeated = scenario_.network.may_repeat;
  if (chance_.with(scenario_.network.response_lost)) delivery = lost(delivery);

  const uint64_t timeout_at = event.version + import.timeout_ms;
  const uint64_t at = now_ms_ + one_way_ms();
  if (at > timeout_at) {
    Delivery timeout;
    timeout.error = ACTION_HTTP_TIMEOUT;
    answer_later(event.run, event.exchange, timeout_at > now_ms_ ? timeout_at - now_ms_ : 0, timeout);
  }
  answer_later(event.run, event.exchange, at - now_ms_, std::move(delivery));
}

const sandbox::RateWindow &Simulation::window_of(const sandbox::Request &request) const {
  return *api_.window_of(request.headers[0].value.substr(sizeof "Bearer " - 1));
}

Delivery Simulation::of_server(const sandbox::Request &request, size_t run, uint32_t exchange) {
  const sandbox::Counters before = api_.counters();
  const sandbox::Response response = api_.handle(request, now_ms_);
  if (api_.counters().accepted > before.accepted) {
    runs_[run]->rules().carried_out(exchange);
    accepted_ms_.push_back(now_ms_ - scenario_.epoch_ms);
  }
  Delivery delivery;
  if (response.lost) {
    delivery.error = chance_.pick<uint32_t>({ACTION_HTTP_RESET, ACTION_HTTP_OTHER, 0});
    return delivery;
  }
  delivery.error = ACTION_HTTP_OK;
  delivery.status = static_cast<uint32_t>(response.status);
  delivery.headers = framed(response.headers, chance_.one_in(2));
  delivery.body = response.body;
  delivery.from_server = true;
  const sandbox::Success success = scenario_.data.switches.success;
  delivery.counts = success != sandbox::Success::no_count && success != sandbox::Success::html;
  if (const std::string *remaining = sandbox::find_header(response.headers, "X-RateLimit-Remaining")) {
    delivery.has_rate = true;
    delivery.remaining = std::stoull(*remaining);
    delivery.limit = window_of(request).limit();
    delivery.window_end_ms = window_of(request).end_ms();
  }
  if (const std::string *after = sandbox::find_header(response.headers, "Retry-After")) {
    delivery.has_retry_after = true;
    const sandbox::Switches &switches = scenario_.data.switches;
    if (after->find(':') == std::string::npos) {
      delivery.retry_after_s = std::stoull(*after);
    } else if (switches.date_header || switches.clock_skew_ms == 0) {
      delivery.retry_after_at_ms = window_of(request).end_ms();
    }
  }
  return delivery;
}

}  // namespace skipcall::simulation
