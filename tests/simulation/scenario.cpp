#include "simulation/scenario.hpp"

#include <algorithm>
#include <sstream>

namespace skipcall::simulation {
namespace {

using sandbox::Uuid;

const std::vector<std::string> sequence_names{
    "A", "B-2", "caf\xc3\xa9 3", "d/4", "%2e5", "six;6", "7?x=1#y", "0193f1c2-7a44-7b10-8000-0123456789ab"};

// One removal of the input, as written.
struct Removal {
  std::string sequence;  // as JSON text
  std::vector<std::string> ids;
};

std::string json_text(const std::string &text) {
  return "\"" + text + "\"";
}

std::string spelled(const Uuid &id, Chance &chance) {
  std::string text = sandbox::format_uuid(id);
  if (chance.one_in(8))
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  if (chance.one_in(16))
    text = chance.pick<std::string>({" ", "\\t", "\xef\xbb\xbf", "\xc2\xa0"}) + text + " ";
  return json_text(text);
}

std::string invalid_id(Chance &chance) {
  return chance.pick<std::string>({"null", "17", "\"\"", "\" \"", "\"not-a-uuid\"", "{\"id\":[1]}", "[]",
                                   "true", "\"123e4567-e89b-12d3-a456-42661417400\"", "1e40"});
}

// `pools`: the ids that each sequence may get.
void make_input(RunPlan &plan, const std::map<std::string, std::vector<Uuid>> &pools, Chance &chance) {
  std::vector<Removal> removals;
  const double duplicate = chance.one_in(2) ? 0 : 0.1;
  const double invalid = chance.one_in(3) ? 0.05 : 0;
  std::map<std::string, std::vector<Uuid>> left = pools;
  std::vector<std::string> names;
  for (auto &[name, ids] : left) {
    names.push_back(name);
    if (chance.one_in(3)) ids.resize(static_cast<size_t>(chance.between(0, ids.size())));
  }
  names.resize(static_cast<size_t>(chance.between(1, names.size())));
  std::map<std::string, size_t> next;
  while (!names.empty()) {
    const size_t which = static_cast<size_t>(chance.between(0, names.size() - 1));
    const std::string name = names[which];
    const std::vector<Uuid> &ids = left[name];
    size_t &at = next[name];
    const size_t end = chance.one_in(3) ? static_cast<size_t>(chance.between(at, ids.size())) : ids.size();
    Removal removal{chance.one_in(8) ? json_text(" " + name + "\xef\xbb\xbf") : json_text(name), {}};
    std::vector<Uuid> &unique = plan.unique[name];
    for (; at < end; at++) {
      if (chance.with(invalid)) {
        removal.ids.push_back(invalid_id(chance));
        plan.invalid++;
      }
      if (!unique.empty() && chance.with(duplicate)) {
        removal.ids.push_back(spelled(chance.pick(unique), chance));
        plan.duplicates++;
      }
      removal.ids.push_back(spelled(ids[at], chance));
      unique.push_back(ids[at]);
    }
    plan.requested += static_cast<uint32_t>(removal.ids.size());
    removals.push_back(std::move(removal));
    if (at == ids.size()) names.erase(names.begin() + static_cast<ptrdiff_t>(which));
  }
  // The sequence itself has no id: everything asked of it is invalid, and is in no sequence of the result.
  if (invalid > 0 && chance.one_in(4)) {
    Removal removal{chance.pick<std::string>({"\"\"", "\"..\"", "null", "5"}), {}};
    for (uint64_t i = chance.between(0, 5); i > 0; i--)
      removal.ids.push_back(spelled(pools.begin()->second[0], chance));
    plan.requested += static_cast<uint32_t>(removal.ids.size());
    plan.invalid += static_cast<uint32_t>(removal.ids.size());
    if (!removal.ids.empty()) removals.push_back(std::move(removal));
  }

  std::string &text = plan.document;
  const auto append = [&text](const Removal &removal) {
    text += "\"sequenceId\":" + removal.sequence + ",\"contactIds\":[";
    for (size_t i = 0; i < removal.ids.size(); i++) text += (i == 0 ? "" : ",") + removal.ids[i];
    text += "]";
  };
  text = "{";
  if (removals.size() == 1 && chance.one_in(2)) {
    append(removals[0]);
  } else {
    text += "\"removals\":[";
    for (size_t i = 0; i < removals.size(); i++) {
      text += i == 0 ? "{" : ",{";
      append(removals[i]);
      text += "}";
    }
    text += "]";
  }
}

void make_options(RunPlan &plan, Chance &chance) {
  Options &options = plan.options;
  std::string text;
  const auto set = [&](const char *name, uint64_t &member, uint64_t value) {
    member = value;
    text += (text.empty() ? "\"" : ",\"") + std::string(name) + "\":" + std::to_string(value);
  };
  if (!chance.one_in(3)) set("concurrency", options.concurrency, chance.spread(1, 32));
  // Enough batches to make something happen, but not so many that one seed takes the time of a hundred.
  const uint64_t batch_size = plan.total() / chance.spread(1, 150) + 1;
  if (!chance.one_in(6)) set("batchSize", options.batch_size, std::min<uint64_t>(batch_size, 100));
  if (!chance.one_in(3)) set("maxAttempts", options.max_attempts, chance.spread(1, 20));
  if (chance.one_in(3)) set("requestTimeoutMs", options.request_timeout_ms, chance.spread(1000, 60'000));
  if (chance.one_in(3))
    set("maxStallMs", options.max_stall_ms, chance.one_in(4) ? 0 : chance.spread(1, 600'000));
  if (chance.one_in(5)) set("maxDurationMs", options.max_duration_ms, chance.spread(1000, 600'000));
  if (chance.one_in(2)) {
    set("leaveRemaining", options.leave_remaining, chance.one_in(2) ? 0 : chance.spread(1, 40));
    options.has_leave_remaining = true;
  }
  const auto say = [&text](const char *member) { text += (text.empty() ? "" : ",") + std::string(member); };
  if (!chance.one_in(4)) {
    options.skip_invalid = true;
    say("\"onInvalid\":\"skip\"");
  }
  if (chance.one_in(50)) {
    options.dry_run = true;
    say("\"dryRun\":true");
  }
  plan.document += text.empty() ? "}" : ",\"options\":{" + text + "}}";
}

void make_switches(sandbox::Switches &to, const std::vector<Uuid> &ids, Chance &chance) {
  using namespace sandbox;
  to.reset = chance.pick<Reset>({Reset::seconds, Reset::seconds, Reset::milliseconds, Reset::delta});
  to.retry_after = chance.pick<RetryAfter>({RetryAfter::none, RetryAfter::seconds, RetryAfter::date});
  to.rate_headers = chance.pick<RateHeaders>(
      {RateHeaders::always, RateHeaders::always, RateHeaders::not_on_429, RateHeaders::never});
  to.window_ms = chance.one_in(3) ? 60'000 : chance.spread(1000, 60'000);
  to.window_start = chance.one_in(2) ? WindowStart::first_request : WindowStart::clock;
  to.limit = static_cast<uint32_t>(chance.one_in(3) ? 1000 : chance.spread(1, 200));
  const auto skew = static_cast<int64_t>(chance.spread(1, 7'200'000));
  to.clock_skew_ms = chance.one_in(2) ? 0 : chance.one_in(2) ? skew : -skew;
  to.date_header = !chance.one_in(6);

  const std::vector<ErrorBody> shapes{ErrorBody::nested,    ErrorBody::flat,      ErrorBody::flat_details,
                                      ErrorBody::nest_text, ErrorBody::nest_list, ErrorBody::html,
                                      ErrorBody::empty};
  to.not_found_body = chance.pick(shapes);
  to.rate_limited_body = chance.pick(shapes);
  to.server_error_body = chance.pick(shapes);
  to.success = Success::count;
  if (chance.one_in(6)) to.success = chance.one_in(2) ? Success::no_content : Success::empty;
  if (chance.one_in(30)) to.success = chance.one_in(2) ? Success::no_count : Success::html;
  to.echo_key = chance.one_in(10);

  if (chance.one_in(4)) to.lost_every = static_cast<uint32_t>(chance.between(1, 12));
  if (chance.one_in(5) && !ids.empty()) to.poison_id = chance.pick(ids);
  if (chance.one_in(6)) to.fail_every = static_cast<uint32_t>(chance.between(1, 12));
  if (chance.one_in(4)) to.fail_probability = static_cast<double>(chance.spread(1, 900)) / 1000;
  to.fail_seed = chance.next();
  to.fail_statuses = {500, 502, 503, 504};
  if (chance.one_in(40)) to.redirect = "https://example.com/";
}

void make_network(Network &to, Chance &chance) {
  to.latency_ms = chance.spread(1, 2000);
  if (chance.one_in(3)) to.slow = 0.05;
  if (chance.one_in(4)) to.not_sent = static_cast<double>(chance.spread(1, 500)) / 1000;
  if (chance.one_in(6)) to.not_sent_silently = static_cast<double>(chance.spread(1, 300)) / 1000;
  if (chance.one_in(5)) to.by_proxy = static_cast<double>(chance.spread(1, 300)) / 1000;
  if (chance.one_in(5)) to.response_lost = static_cast<double>(chance.spread(1, 300)) / 1000;
  if (chance.one_in(2)) to.answered_twice = 0.1;
  if (chance.one_in(2)) to.extra_wake = 0.3;
  if (chance.one_in(2)) to.late_wake_ms = chance.spread(1, 5000);
  to.cancels_itself = chance.one_in(4);
  to.may_repeat = chance.one_in(4);
  if (to.may_repeat) to.repeated = static_cast<double>(chance.spread(1, 500)) / 1000;
  to.odd_statuses = chance.one_in(2);
  if (chance.one_in(20)) to.untrusted = 0.05;
}

}  // namespace

uint32_t RunPlan::total() const {
  size_t sum = 0;
  for (const auto &[name, ids] : unique) sum += ids.size();
  return static_cast<uint32_t>(sum);
}

uint64_t RunPlan::back_ms(uint64_t ms) const {
  const uint64_t each_ms = away_for_ms + away_again_ms;
  if (ms < away_ms || ms >= away_ms + away_times * each_ms) return 0;
  const uint64_t back = ms - (ms - away_ms) % each_ms + away_for_ms;
  return ms < back ? back : 0;
}

uint32_t RunPlan::batches() const {
  uint64_t sum = 0;
  for (const auto &[name, ids] : unique) sum += (ids.size() + options.batch_size - 1) / options.batch_size;
  return static_cast<uint32_t>(sum);
}

Scenario make_scenario(uint64_t seed) {
  Scenario made;
  made.seed = seed;
  Chance chance(seed * 0x9e3779b97f4a7c15u + 1);
  made.epoch_ms = 1'750'000'000'000 + chance.between(0, 100'000'000'000);

  // Now and then a sequence is outside the key's scope, and now and then one does not exist at all; each gets
  // some contacts that were never in it.
  const size_t sequences = static_cast<size_t>(chance.between(1, sequence_names.size()));
  const bool many = chance.one_in(3);
  std::map<std::string, std::vector<Uuid>> pools;
  std::vector<Uuid> all;
  for (size_t i = 0; i < sequences; i++) {
    const uint64_t count = chance.spread(1, (many ? 2000 : 400) / sequences + 1);
    std::vector<Uuid> ids = sandbox::generate_contacts(static_cast<uint32_t>(count), chance.next());
    if (!all.empty() && chance.one_in(3)) ids.push_back(chance.pick(all));
    all.insert(all.end(), ids.begin(), ids.end());
    sandbox::Sequence sequence{sequence_names[i], {}};
    for (const Uuid &id : ids) {
      if (!chance.one_in(10)) sequence.contacts.push_back(id);
    }
    const bool out_of_scope = i > 0 && chance.one_in(6);
    if (!out_of_scope) made.in_scope.push_back(sequence.id);
    if (!out_of_scope || chance.one_in(2)) made.data.sequences.push_back(std::move(sequence));
    pools.emplace(sequence_names[i], std::move(ids));
  }
  make_switches(made.data.switches, all, chance);
  made.data.keys.push_back({good_key, sandbox::Plan::expert, sandbox::KeyStatus::active, made.in_scope});
  made.data.keys.push_back({"sk_test_revoked", sandbox::Plan::expert, sandbox::KeyStatus::revoked, {}});
  made.data.keys.push_back(
      {"sk_test_unpaid", sandbox::Plan::expert, sandbox::KeyStatus::no_subscription, {}});
  made.data.keys.push_back({"sk_test_free", sandbox::Plan::free, sandbox::KeyStatus::active, {}});
  if (chance.one_in(8)) {
    made.bad_key = made.data.keys[static_cast<size_t>(chance.between(1, 3))].key;
    made.bad_key_ms = chance.spread(1, 20'000);
  }
  make_network(made.network, chance);

  const uint64_t runs = chance.one_in(3) ? chance.between(2, 4) : 1;
  for (uint64_t i = 0; i < runs; i++) {
    RunPlan plan;
    plan.seed = chance.next();
    make_input(plan, pools, chance);
    make_options(plan, chance);
    plan.start_ms = chance.one_in(2) ? 0 : chance.spread(1, 90'000);
    if (chance.one_in(8)) plan.cancel_ms = plan.start_ms + chance.spread(1, 60'000);
    if (chance.one_in(2)) plan.replay_at = chance.spread(1, 200);
    if (chance.one_in(3)) {
      plan.away_ms = plan.start_ms + chance.spread(1, 60'000);
      plan.away_for_ms = chance.spread(1000, 3'600'000);
      plan.is_killed = chance.one_in(2);
      plan.away_times = chance.spread(1, 20);
      plan.away_again_ms = chance.spread(1, 60'000);
      plan.loses_end = plan.is_killed && chance.one_in(2);
    }
    made.runs.push_back(std::move(plan));
  }
  return made;
}

std::string Scenario::describe() const {
  std::ostringstream out;
  const sandbox::Switches &s = data.switches;
  out << "seed " << seed << ": reset " << static_cast<int>(s.reset) << ", retry-after "
      << static_cast<int>(s.retry_after) << ", rate headers " << static_cast<int>(s.rate_headers)
      << ", window " << s.window_ms << " ms from "
      << (s.window_start == sandbox::WindowStart::clock ? "clock" : "first") << ", limit " << s.limit
      << ", skew " << s.clock_skew_ms << " ms, date " << s.date_header << ", success "
      << static_cast<int>(s.success) << ", lost every " << s.lost_every << ", poison "
      << s.poison_id.has_value() << ", fail every " << s.fail_every << ", fail " << s.fail_probability
      << ", redirect " << !s.redirect.empty() << ", bad key " << bad_key << " at " << bad_key_ms
      << " ms\nnetwork: latency " << network.latency_ms << " ms, slow " << network.slow << ", not sent "
      << network.not_sent << " / " << network.not_sent_silently << ", by proxy " << network.by_proxy
      << ", response lost " << network.response_lost << ", repeated " << network.repeated << ", twice "
      << network.answered_twice << ", extra wake " << network.extra_wake << ", late wake "
      << network.late_wake_ms << " ms\n";
  for (const RunPlan &run : runs) {
    const Options &o = run.options;
    out << "run: seed " << run.seed << ", requested " << run.requested << ", unique " << run.total()
        << ", batches " << run.batches() << ", start " << run.start_ms << ", cancel " << run.cancel_ms
        << ", replay at " << run.replay_at
        << (run.loses_end   ? ", killed and its journal cut"
            : run.is_killed ? ", killed"
                            : ", asleep")
        << " at " << run.away_ms << " for " << run.away_for_ms << ", " << run.away_times
        << " times, again after " << run.away_again_ms << "; concurrency " << o.concurrency << ", batchSize "
        << o.batch_size << ", maxAttempts " << o.max_attempts << ", timeout " << o.request_timeout_ms
        << ", stall " << o.max_stall_ms << ", duration " << o.max_duration_ms << ", leave "
        << (o.has_leave_remaining ? std::to_string(o.leave_remaining) : std::string("5 %")) << ", skip "
        << o.skip_invalid << ", dry " << o.dry_run << "\n";
  }
  return out.str();
}

}  // namespace skipcall::simulation
