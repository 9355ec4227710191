#include "simulation/rules.hpp"

#include <algorithm>

#include "simulation/violation.hpp"

namespace skipcall::simulation {
namespace {

constexpr uint64_t least_hold_ms = 500;  // half of the first back-off
constexpr uint64_t least_hold_after_429_ms = 1000;
constexpr uint64_t whole_window_ms = 60'000;
constexpr uint64_t shortest_window_ms = 4000;
constexpr uint64_t late_at_most_ms = 5000;
constexpr uint64_t longest_wait_ms = 120'000;  // for a window
constexpr uint32_t unexpected_in_a_row = 2;
constexpr uint32_t refused_with_no_success = 3;

// A status that the API does not have.
bool is_unforeseen(const Delivery &delivery) {
  const uint32_t s = delivery.status;
  return s != 0 && s != 401 && s != 402 && s != 403 && s != 407 && s != 451;
}

// How long a failure holds requests back at least. A 429 that does not say for how long: for a whole window.
uint64_t least_hold_of(const Delivery &delivery) {
  if (delivery.status != 429) return std::max(least_hold_ms, delivery.retry_after_s * 1000);
  if (!delivery.has_retry_after && !delivery.has_rate) return whole_window_ms;
  return std::max(least_hold_after_429_ms, delivery.retry_after_s * 1000);
}

int digit(char c) {
  return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

std::string sequence_of(std::string_view target) {
  constexpr std::string_view before = "/v1/sequences/", after = "/contacts";
  require(target.starts_with(before) && target.ends_with(after), "target ", std::string(target));
  target = target.substr(before.size(), target.size() - before.size() - after.size());
  std::string name;
  for (size_t i = 0; i < target.size(); i++) {
    if (target[i] == '%' && i + 2 < target.size()) {
      name += static_cast<char>(digit(target[i + 1]) * 16 + digit(target[i + 2]));
      i += 2;
    } else {
      name += target[i];
    }
  }
  return name;
}

// The sandbox reads bodies strictly; here only the ids are extracted.
std::vector<sandbox::Uuid> contacts_of(std::string_view body) {
  std::vector<sandbox::Uuid> contacts;
  for (size_t at = body.find('['); at + 39 < body.size(); at += 39) {
    const auto id = sandbox::parse_uuid(body.substr(at + 2, 36));
    require(id.has_value(), "a body with something that is not a contact id: ", std::string(body));
    contacts.push_back(*id);
  }
  return contacts;
}

}  // namespace

Rules::Rules(const Scenario &scenario, const RunPlan &plan) : plan_(plan), epoch_ms_(scenario.epoch_ms) {
  const sandbox::Switches &switches = scenario.data.switches;
  // Without Date, a unix time from a wrong clock says when, but not in whose time; and a delta in a slow
  // response does not say which window it means. A shift of 2 s is the same window by design, and seconds are
  // rounded: shorter windows cannot be told apart.
  const bool is_delta = switches.reset == sandbox::Reset::delta;
  resets_are_readable_ = (switches.date_header || (switches.clock_skew_ms == 0 && !is_delta)) &&
                         switches.window_ms >= shortest_window_ms;
  for (const auto &[name, ids] : plan.unique) {
    auto &of_sequence = batch_of_[name];
    of_sequence.reserve(ids.size());
    for (const sandbox::Uuid &id : ids) of_sequence.emplace(id, SIZE_MAX);
  }
}

size_t Rules::batch_of(std::string_view target, std::string_view body) {
  const std::string name = sequence_of(target);
  const auto sequence = batch_of_.find(name);
  require(sequence != batch_of_.end(), "a request for a sequence that is not in the input: ", name);
  std::vector<sandbox::Uuid> contacts = contacts_of(body);
  require(!contacts.empty() && contacts.size() <= plan_.options.batch_size, "a batch of ", contacts.size());
  size_t index = SIZE_MAX;
  for (size_t i = 0; i < contacts.size(); i++) {
    const auto found = sequence->second.find(contacts[i]);
    require(found != sequence->second.end(), "an id was sent that is not in the input's sequence ", name);
    if (i == 0) index = found->second;
    require(found->second == index, "an id was sent in two batches");
    if (index == SIZE_MAX) found->second = batches_.size();
  }
  if (index == SIZE_MAX) {
    index = batches_.size();
    batches_.push_back({name, std::move(contacts)});
  } else {
    require(batches_[index].contacts == contacts, "a batch changed between two tries");
  }
  return index;
}

size_t Rules::sent(uint32_t exchange, uint64_t now_ms, std::string_view target, std::string_view body) {
  require(exchange == last_exchange_ + 1, "exchange ", exchange, " after ", last_exchange_);
  require(!plan_.options.dry_run && !plan_.is_refused(), "a request of a run that may send nothing");
  require(!stops_, "a request after an answer that stops the run");
  require(failures_ < plan_.options.max_attempts, "a request after maxAttempts failures in a row");
  const size_t index = batch_of(target, body);
  SeenBatch &batch = batches_[index];
  require(batch.open == 0, "a batch was sent while it was open");
  require(!batch.confirmed && !batch.refused, "a batch was sent after it was ",
          batch.confirmed ? "confirmed" : "refused");
  require(!gone_.contains(batch.sequence), "a request for a sequence that is gone");
  require(batch.tries < plan_.options.max_attempts + batch.lost, "more tries of a batch than maxAttempts");
  require(open_.size() < (alone_ ? 1 : plan_.options.concurrency), "a request beside ", open_.size(),
          " open ones", alone_ ? ", though it must be sent alone" : "");
  check_times(now_ms);
  check_window(now_ms);

  last_exchange_ = exchange;
  requests_++;
  if (batch.tries > 0) retries_++;
  batch.tries++;
  batch.open++;
  open_.emplace(exchange, index);
  exchanges_.emplace(exchange, Sent{index, now_ms});
  return index;
}

void Rules::time_passes(uint64_t from_ms, uint64_t to_ms, uint64_t wanted_ms, bool is_lost) {
  last_ms_ = to_ms;
  saw_limit_ = saw_limit_ || is_over();
  uint64_t due_ms = from_ms;
  if (!is_lost && wanted_ms != 0) due_ms = std::max(from_ms, wanted_ms);
  if (!is_lost && wanted_ms == 0) {
    due_ms = std::max(from_ms, exchanges_.at(last_exchange_).at_ms + plan_.options.request_timeout_ms);
  }
  if (to_ms <= due_ms || (!is_lost && to_ms - due_ms <= late_at_most_ms)) return;
  away_since_start_ms_ += to_ms - due_ms;
  away_since_progress_ms_ += to_ms - due_ms;
}

// By the time that the host really ran. A run sees that its host was away only from when the wait or the time
// of its requests was over, and only if that was longer ago than hosts are late.
bool Rules::is_over() const {
  const Options &options = plan_.options;
  const auto ran_ms = [this](uint64_t since_ms) {
    uint64_t away_ms = 0;
    for (uint64_t n = 0; n < plan_.away_times; n++) {
      const uint64_t leaves = epoch_ms_ + plan_.away_ms + n * (plan_.away_for_ms + plan_.away_again_ms);
      const uint64_t from = std::max(since_ms, leaves), to = std::min(last_ms_, leaves + plan_.away_for_ms);
      away_ms += to > from ? to - from : 0;
    }
    return last_ms_ - since_ms - away_ms;
  };
  const uint64_t unseen_ms = std::max(options.request_timeout_ms, longest_wait_ms) + late_at_most_ms;
  const uint64_t seen_ms = plan_.away_times * unseen_ms;
  return (options.max_duration_ms > 0 && ran_ms(start_ms_) + seen_ms >= options.max_duration_ms) ||
         (options.max_stall_ms > 0 && ran_ms(progress_ms_) + seen_ms > options.max_stall_ms);
}

void Rules::check_times(uint64_t now_ms) const {
  const Options &options = plan_.options;
  require(now_ms >= hold_ms_, "a request ", hold_ms_ - now_ms, " ms before a back-off can have ended");
  require(options.max_duration_ms == 0 || now_ms < start_ms_ + options.max_duration_ms + away_since_start_ms_,
          "a request after maxDurationMs");
  require(
      options.max_stall_ms == 0 || now_ms <= progress_ms_ + options.max_stall_ms + away_since_progress_ms_,
      "a request after maxStallMs");
}

void Rules::check_window(uint64_t now_ms) const {
  if (!resets_are_readable_ || windows_.empty()) return;
  const int64_t leave = static_cast<int64_t>(
      plan_.options.has_leave_remaining ? plan_.options.leave_remaining : limit_ / leave_remaining_divisor);
  for (const auto &[end_ms, lowest] : windows_) {
    if (now_ms >= end_ms) continue;
    const int64_t available = lowest - static_cast<int64_t>(open_.size()) - leave;
    require(available > 0, "a request that the headers refuse: Remaining ", lowest, ", open ", open_.size(),
            ", to be left ", leave, ", reset in ", end_ms - now_ms, " ms");
  }
}

void Rules::carried_out(uint32_t exchange) {
  SeenBatch &batch = batches_[exchanges_.at(exchange).batch];
  batch.carried_out = true;
  batch.accepted++;
}

void Rules::note_cause(const Delivery &delivery) {
  const uint32_t status = delivery.status;
  switch (delivery.meaning()) {
    case Meaning::confirmed:
    case Meaning::sequence_gone:
      return;
    case Meaning::refused:
      causes_.insert("refused");
      return;
    case Meaning::unexpected:
      causes_.insert("unexpected-response");
      return;
    case Meaning::cancelled:
      causes_.insert("cancelled");
      return;
    case Meaning::lost:
      causes_.insert("network");
      return;
    case Meaning::retry:
      causes_.insert(status == 429                 ? "rate-limited"
                     : status == 0 || status < 300 ? "network"
                                                   : "temporarily-unavailable");
      return;
    case Meaning::stop:
      break;
  }
  if (status == 401) {
    causes_.insert("credential-invalid");
  } else if (status == 402) {
    causes_.insert("subscription-required");
  } else if (status == 403) {
    causes_.insert({"forbidden", "subscription-required", "plan-not-eligible"});
  } else if (status == 451) {
    causes_.insert("forbidden");
  } else {
    causes_.insert(status == 0 || status == 407 ? "configuration" : "unexpected-response");
  }
}

void Rules::take_headers(uint32_t exchange, uint64_t now_ms, const Delivery &delivery) {
  limit_ = delivery.limit;
  // A response under way while a known window ended need not count as the next window's: that window's first
  // request is sent alone and shows it.
  const uint64_t sent_ms = exchanges_.at(exchange).at_ms;
  const bool outlived =
      !windows_.empty() && sent_ms < windows_.rbegin()->first && now_ms >= windows_.rbegin()->first;
  if (outlived) return;
  const auto remaining = static_cast<int64_t>(delivery.remaining);
  const auto [window, is_new] = windows_.try_emplace(delivery.window_end_ms, remaining);
  if (!is_new && remaining < window->second) window->second = remaining;
  while (windows_.size() > 4) windows_.erase(windows_.begin());
}

void Rules::answered(uint32_t exchange, uint64_t now_ms, const Delivery &delivery) {
  const size_t index = open_.at(exchange);
  open_.erase(exchange);
  SeenBatch &batch = batches_[index];
  batch.open--;
  const Meaning meaning = delivery.meaning();
  note_cause(delivery);
  if (delivery.status == 429) rate_limited_++;
  if (delivery.has_rate) take_headers(exchange, now_ms, delivery);

  if (meaning == Meaning::lost) {
    batch.lost++;
    lost_++;
    alone_ = true;
    last_failed_ = last_exchange_;
    hold_ms_ = std::max(hold_ms_, now_ms + least_hold_ms);
  }
  unexpected_ = meaning == Meaning::unexpected ? unexpected_ + 1 : 0;
  if (unexpected_ >= unexpected_in_a_row) stops_ = true;
  if (meaning == Meaning::stop || meaning == Meaning::cancelled) stops_ = true;
  if (meaning == Meaning::cancelled) cancelled_ = true;
  if (meaning == Meaning::confirmed) {
    batch.confirmed = true;
    has_success_ = true;
    failures_ = 0;
    progress_ms_ = now_ms;
    away_since_progress_ms_ = 0;
  }
  if (meaning == Meaning::refused) {
    batch.refused = true;
    if (++refused_ >= refused_with_no_success && !has_success_) stops_ = true;
  }
  if (meaning == Meaning::sequence_gone) {
    for (SeenBatch &other : batches_) {
      if (other.sequence == batch.sequence && other.open == 0 && !other.confirmed) other.refused = true;
    }
    batch.refused = true;
    gone_.insert(batch.sequence);
  }
  if ((meaning == Meaning::confirmed || meaning == Meaning::sequence_gone) && exchange > last_failed_) {
    alone_ = false;
  }
  if (meaning == Meaning::retry || meaning == Meaning::unexpected) {
    alone_ = true;
    if (exchange > last_failed_) {
      last_failed_ = last_exchange_;
      failures_++;
    }
    hold_ms_ = std::max({hold_ms_, now_ms + least_hold_of(delivery), delivery.retry_after_at_ms});
  }
  // That no TLS session was trusted says what went wrong, but not when.
  const bool turned_away = meaning == Meaning::stop && !is_unforeseen(delivery) &&
                           (delivery.status != 0 || delivery.error != ACTION_HTTP_TLS);
  const bool is_limit = delivery.status == 429 && !delivery.may_have_repeated;
  if (!delivery.not_sent && !is_limit && !turned_away) batch.may_be_carried_out = true;
}

void Rules::cancelled() {
  cancelled_ = stops_ = true;
  for (const auto &[exchange, batch] : open_) batches_[batch].may_be_carried_out = true;
  open_.clear();
  causes_.insert("cancelled");
}

}  // namespace skipcall::simulation
