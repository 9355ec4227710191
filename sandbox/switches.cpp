#include "sandbox/switches.hpp"

#include "sandbox/json_object.hpp"

namespace skipcall::sandbox {
namespace {

template <typename Enum>
using Name = std::pair<std::string_view, Enum>;

constexpr Name<Reset> reset_names[] = {
    {"seconds", Reset::seconds}, {"milliseconds", Reset::milliseconds}, {"delta", Reset::delta}};
constexpr Name<RetryAfter> retry_after_names[] = {
    {"none", RetryAfter::none}, {"seconds", RetryAfter::seconds}, {"date", RetryAfter::date}};
constexpr Name<RateHeaders> rate_headers_names[] = {
    {"always", RateHeaders::always}, {"not-on-429", RateHeaders::not_on_429}, {"never", RateHeaders::never}};
constexpr Name<WindowStart> window_start_names[] = {{"first-request", WindowStart::first_request},
                                                    {"clock", WindowStart::clock}};
constexpr Name<ErrorBody> error_body_names[] = {{"nested", ErrorBody::nested},
                                                {"flat", ErrorBody::flat},
                                                {"flat-details", ErrorBody::flat_details},
                                                {"nest-text", ErrorBody::nest_text},
                                                {"nest-list", ErrorBody::nest_list},
                                                {"html", ErrorBody::html},
                                                {"empty", ErrorBody::empty}};
constexpr Name<Success> success_names[] = {{"count", Success::count},
                                           {"no-content", Success::no_content},
                                           {"empty", Success::empty},
                                           {"no-count", Success::no_count},
                                           {"html", Success::html}};

void read_poison_id(JsonObject &object, Switches &switches) {
  std::string text;
  object.read("poisonId", text);
  if (text.empty()) return;
  switches.poison_id = parse_uuid(text);
  if (!switches.poison_id) object.fail("poisonId", "must be a UUID");
}

void read_fail_statuses(JsonObject &object, Switches &switches) {
  const nlohmann::json *list = object.find("failStatuses");
  if (list == nullptr) return;
  const char *problem = "must be a list of 500, 502, 503, 504, not empty";
  if (!list->is_array() || list->empty()) object.fail("failStatuses", problem);
  switches.fail_statuses.clear();
  for (const nlohmann::json &status : *list) {
    if (status != 500 && status != 502 && status != 503 && status != 504)
      object.fail("failStatuses", problem);
    switches.fail_statuses.push_back(status.get<int>());
  }
}

}  // namespace

void read_switches(JsonObject &object, Switches &switches) {
  object.read<Reset>("reset", switches.reset, reset_names);
  object.read<RetryAfter>("retryAfter", switches.retry_after, retry_after_names);
  object.read<RateHeaders>("rateHeaders", switches.rate_headers, rate_headers_names);
  object.read("windowMs", switches.window_ms);
  if (switches.window_ms == 0) object.fail("windowMs", "must be at least 1");
  object.read<WindowStart>("windowStart", switches.window_start, window_start_names);
  object.read("limit", switches.limit);
  object.read("clockSkewMs", switches.clock_skew_ms);
  object.read("dateHeader", switches.date_header);
  object.read<Success>("success", switches.success, success_names);
  object.read<ErrorBody>("badRequestBody", switches.bad_request_body, error_body_names);
  object.read<ErrorBody>("notFoundBody", switches.not_found_body, error_body_names);
  object.read<ErrorBody>("rateLimitedBody", switches.rate_limited_body, error_body_names);
  object.read<ErrorBody>("serverErrorBody", switches.server_error_body, error_body_names);
  object.read("echoKey", switches.echo_key);
  object.read("lostEvery", switches.lost_every);
  read_poison_id(object, switches);
  object.read("failEvery", switches.fail_every);
  object.read_probability("failProbability", switches.fail_probability);
  object.read("failSeed", switches.fail_seed);
  read_fail_statuses(object, switches);
  object.read("redirect", switches.redirect);
  object.read("latencyMs", switches.latency_ms);
  object.read("bodyMs", switches.body_ms);
  object.read("bodyBytes", switches.body_bytes);
  object.read("chunked", switches.chunked);
  object.refuse_unknown();
}

}  // namespace skipcall::sandbox
