#include "sandbox/api.hpp"

#include <utility>

#include "sandbox/error_body.hpp"
#include "sandbox/http_date.hpp"

namespace skipcall::sandbox {

// A request being handled.
struct Api::Call {
  const Request &request;
  uint64_t now_ms;
  std::variant<std::string, Refusal> key;
  const Account *account;  // null: the key is unknown
  RateWindow &window;
};

namespace {

// Rounds up, so that a client that waits that long finds the new window.
uint64_t ceil_seconds(uint64_t ms) {
  return (ms + 999) / 1000;
}

// Converts a time to the server's own clock, not below 0.
uint64_t skewed(uint64_t ms, int64_t skew_ms) {
  const int64_t moved = static_cast<int64_t>(ms) + skew_ms;
  return moved < 0 ? 0 : static_cast<uint64_t>(moved);
}

std::string_view failure_code(int status) {
  switch (status) {
    case 502:
      return "BAD_GATEWAY";
    case 503:
      return "SERVICE_UNAVAILABLE";
    case 504:
      return "GATEWAY_TIMEOUT";
    default:
      return "INTERNAL_SERVER_ERROR";
  }
}

Refusal failure(int status) {
  return {status, std::string(failure_code(status)), std::string(reason_phrase(status))};
}

Response success(Success shape, size_t removed) {
  Response response;
  response.status = shape == Success::no_content ? 204 : 200;
  if (shape == Success::count) response.body = "{\"removed\":" + std::to_string(removed) + "}";
  if (shape == Success::no_count) response.body = "{\"success\":true}";
  if (shape == Success::html)
    response.body = "<!doctype html><html><body><h1>Please log in</h1></body></html>\n";
  if (!response.body.empty()) {
    const bool html = shape == Success::html;
    response.headers.push_back(
        {"Content-Type", html ? "text/html; charset=utf-8" : "application/json; charset=utf-8"});
  }
  return response;
}

}  // namespace

Api::Api(const Data &data) : switches_(data.switches), usable_key_(data.usable_key()) {
  for (const Key &key : data.keys) {
    Account account{key, {}};
    if (key.sequences) account.scope.insert(key.sequences->begin(), key.sequences->end());
    accounts_.emplace(key.key, std::move(account));
  }
  for (const Sequence &sequence : data.sequences) {
    Contacts &contacts = sequences_[sequence.id];
    contacts.present.reserve(sequence.contacts.size());
    for (const Uuid &contact : sequence.contacts) contacts.present.emplace(contact, true);
    contacts.count = contacts.present.size();
  }
}

Response Api::handle(const Request &request, uint64_t now_ms) {
  ++counters_.requests;
  std::variant<std::string, Refusal> key = read_key(request);
  const Account *account = nullptr;
  if (const std::string *text = std::get_if<std::string>(&key)) {
    const auto found = accounts_.find(*text);
    if (found != accounts_.end()) account = &found->second;
  }
  RateWindow &window = windows_[account == nullptr ? std::string() : account->key.key];
  Call call{request, now_ms, std::move(key), account, window};
  Response response = decide(call);
  response.delay_ms = switches_.latency_ms;
  if (!response.body.empty()) {
    response.body_ms = switches_.body_ms;
    response.chunked = switches_.chunked;
    if (response.body.size() < switches_.body_bytes) response.body.resize(switches_.body_bytes, ' ');
  }
  add_headers(call, response);
  return response;
}

Response Api::decide(Call &call) {
  const uint32_t plan_limit =
      requests_per_minute(call.account == nullptr ? Plan::free : call.account->key.plan);
  const uint32_t limit = switches_.limit != 0 ? switches_.limit : plan_limit;
  if (!call.window.take(call.now_ms, limit, switches_.window_ms, switches_.window_start)) {
    ++counters_.refused;
    return refuse(call, {429, "RATE_LIMIT_EXCEEDED", "Too many requests, please try again later"},
                  switches_.rate_limited_body);
  }

  const auto target = read_target(call.request);
  if (const Refusal *refusal = std::get_if<Refusal>(&target); refusal != nullptr && refusal->status != 400) {
    return refuse_form(call, *refusal);
  }

  if (const Refusal *refusal = std::get_if<Refusal>(&call.key)) {
    if (refusal->status == 400) return refuse_form(call, *refusal);
    ++(refusal->code == "LIVE_KEY_REFUSED" ? counters_.live_keys : counters_.unauthorized);
    return refuse(call, *refusal, ErrorBody::nested);
  }
  if (call.account == nullptr || call.account->key.status == KeyStatus::revoked) {
    ++counters_.unauthorized;
    return refuse(call, {401, "UNAUTHORIZED", "Invalid or revoked API key"}, ErrorBody::nested);
  }
  if (call.account->key.status == KeyStatus::no_subscription) {
    ++counters_.forbidden;
    return refuse(call,
                  {403, "SUBSCRIPTION_REQUIRED", "An active subscription is required to access the API"},
                  ErrorBody::nested);
  }
  if (call.account->key.plan == Plan::free) {
    ++counters_.forbidden;
    // The wording of the document's table. The example of its 403 leaves out STARTER, which has access
    // according to the document's overview, its rate limits and this table.
    return refuse(call,
                  {403, "PLAN_NOT_ELIGIBLE", "API access requires STARTER, INTERMÉDIAIRE or EXPERT plan"},
                  ErrorBody::nested);
  }

  if (const Refusal *refusal = std::get_if<Refusal>(&target)) return refuse_form(call, *refusal);
  if (const std::optional<Refusal> refusal = check_headers(call.request)) return refuse_form(call, *refusal);
  const auto contacts = read_contacts(call.request.body);
  if (const Refusal *refusal = std::get_if<Refusal>(&contacts)) return refuse_form(call, *refusal);

  const std::string &id = std::get<std::string>(target);
  const auto sequence = sequences_.find(id);
  const bool in_scope = !call.account->key.sequences || call.account->scope.contains(id);
  const auto &ids = std::get<std::vector<Uuid>>(contacts);
  Response response;
  if (sequence == sequences_.end() || !in_scope) {
    ++counters_.not_found;
    response = refuse(call, {404, "NOT_FOUND", "Sequence not found or outside API key scope"},
                      switches_.not_found_body);
  } else {
    response = remove(call, sequence->second, ids);
  }
  response.contacts = static_cast<uint32_t>(ids.size());
  return response;
}

Response Api::remove(Call &call, Contacts &sequence, const std::vector<Uuid> &contacts) {
  if (!switches_.redirect.empty()) {
    ++counters_.redirected;
    Response response;
    response.status = 302;
    response.headers.push_back({"Location", switches_.redirect});
    return response;
  }
  if (const int status = next_failure(); status != 0) {
    ++counters_.failed;
    return refuse(call, failure(status), switches_.server_error_body);
  }
  for (const Uuid &contact : contacts) {
    if (switches_.poison_id != contact) continue;
    ++counters_.failed;
    return refuse(call, failure(500), switches_.server_error_body);
  }

  size_t removed = 0;
  for (const Uuid &contact : contacts) {
    const auto found = sequence.present.find(contact);
    if (found == sequence.present.end() || !found->second) continue;
    found->second = false;
    ++removed;
  }
  sequence.count -= removed;
  ++counters_.accepted;
  counters_.removed += removed;
  Response response = success(switches_.success, removed);
  response.lost = switches_.lost_every != 0 && counters_.accepted % switches_.lost_every == 0;
  if (response.lost) ++counters_.lost;
  return response;
}

Response Api::refuse(const Call &call, const Refusal &refusal, ErrorBody shape) const {
  std::string message = refusal.message;
  const std::string *key = std::get_if<std::string>(&call.key);
  if (switches_.echo_key && key != nullptr) message += " (key " + *key + ")";
  Body body = make_error_body(shape, refusal.status, refusal.code, message);
  Response response;
  response.status = refusal.status;
  if (!body.content_type.empty()) response.headers.push_back({"Content-Type", std::move(body.content_type)});
  if (refusal.status == 405) response.headers.push_back({"Allow", "DELETE"});
  response.body = std::move(body.text);
  return response;
}

Response Api::refuse_form(const Call &call, const Refusal &refusal) {
  ++counters_.bad_requests;
  return refuse(call, refusal, refusal.status == 404 ? switches_.not_found_body : switches_.bad_request_body);
}

// The status of a failure that the switches call for, or 0.
int Api::next_failure() {
  ++valid_requests_;
  bool fails = switches_.fail_every != 0 && valid_requests_ % switches_.fail_every == 0;
  if (switches_.fail_probability > 0) {
    const uint64_t number = Random(switches_.fail_seed ^ (valid_requests_ * 0x9e3779b97f4a7c15u)).next();
    fails = fails || static_cast<double>(number >> 11) * 0x1p-53 < switches_.fail_probability;
  }
  if (!fails || switches_.fail_statuses.empty()) return 0;
  return switches_.fail_statuses[failures_++ % switches_.fail_statuses.size()];
}

void Api::add_headers(const Call &call, Response &response) const {
  const uint64_t left_ms = call.window.end_ms() > call.now_ms ? call.window.end_ms() - call.now_ms : 0;
  const uint64_t end_ms = skewed(call.window.end_ms(), switches_.clock_skew_ms);
  const bool limited = response.status == 429;
  if (switches_.date_header) {
    response.headers.push_back(
        {"Date", http_date(static_cast<int64_t>(skewed(call.now_ms, switches_.clock_skew_ms)))});
  }
  if (switches_.rate_headers == RateHeaders::always ||
      (switches_.rate_headers == RateHeaders::not_on_429 && !limited)) {
    uint64_t reset = ceil_seconds(end_ms);
    if (switches_.reset == Reset::milliseconds) reset = end_ms;
    if (switches_.reset == Reset::delta) reset = ceil_seconds(left_ms);
    response.headers.push_back({"X-RateLimit-Limit", std::to_string(call.window.limit())});
    response.headers.push_back({"X-RateLimit-Remaining", std::to_string(call.window.remaining())});
    response.headers.push_back({"X-RateLimit-Reset", std::to_string(reset)});
  }
  if (limited && switches_.retry_after == RetryAfter::seconds) {
    response.headers.push_back({"Retry-After", std::to_string(ceil_seconds(left_ms))});
  }
  if (limited && switches_.retry_after == RetryAfter::date) {
    response.headers.push_back({"Retry-After", http_date(static_cast<int64_t>(ceil_seconds(end_ms) * 1000))});
  }
}

bool Api::is_in_sequence(std::string_view sequence, const Uuid &contact) const {
  const auto found = sequences_.find(std::string(sequence));
  if (found == sequences_.end()) return false;
  const auto present = found->second.present.find(contact);
  return present != found->second.present.end() && present->second;
}

bool Api::is_in_sequence(std::string_view sequence, std::string_view contact) const {
  const std::optional<Uuid> uuid = parse_uuid(contact);
  return uuid && is_in_sequence(sequence, *uuid);
}

size_t Api::contacts_in(std::string_view sequence) const {
  const auto found = sequences_.find(std::string(sequence));
  return found == sequences_.end() ? 0 : found->second.count;
}

size_t Api::removed_from(std::string_view sequence) const {
  const auto found = sequences_.find(std::string(sequence));
  return found == sequences_.end() ? 0 : found->second.present.size() - found->second.count;
}

const RateWindow *Api::window_of(std::string_view key) const {
  const auto found = windows_.find(std::string(key));
  return found == windows_.end() ? nullptr : &found->second;
}

}  // namespace skipcall::sandbox
