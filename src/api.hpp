// This one call as the API's document describes it, as constants. A test compares them with the manifest.
#pragma once

#include <cstdint>
#include <string_view>

namespace skipcall::api {

inline constexpr std::string_view connection = "skipcall";
inline constexpr std::string_view method = "DELETE";
inline constexpr std::string_view target_prefix = "/v1/sequences/";  // + one percent-encoded segment +
inline constexpr std::string_view target_suffix = "/contacts";
inline constexpr std::string_view request_headers =
    "content-type: application/json\r\naccept: application/json\r\n";

inline constexpr uint32_t contacts_at_most = 100;        // ContactsBatchDto.maxItems
inline constexpr uint32_t response_limit_bytes = 65536;  // a response has a few hundred bytes
inline constexpr uint64_t rate_window_ms = 60'000;       // "Rate Limiting": requests a minute
inline constexpr std::string_view limit_header = "x-ratelimit-limit";
inline constexpr std::string_view remaining_header = "x-ratelimit-remaining";
inline constexpr std::string_view reset_header = "x-ratelimit-reset";
inline constexpr std::string_view retry_after_header = "retry-after";

// "Subscription Errors"
inline constexpr std::string_view subscription_required = "SUBSCRIPTION_REQUIRED";
inline constexpr std::string_view plan_not_eligible = "PLAN_NOT_ELIGIBLE";

}  // namespace skipcall::api
