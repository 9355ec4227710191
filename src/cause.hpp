// Why contacts were not confirmed, or a run ended early: the words of the result.
#pragma once

#include <cstdint>
#include <string_view>

namespace skipcall {

enum class Cause : uint8_t {
  none,
  credential_invalid,
  forbidden,
  plan_not_eligible,
  subscription_required,
  not_found,
  refused,
  invalid_input,
  rate_limited,
  temporarily_unavailable,
  network,
  unexpected_response,
  configuration,
  cancelled,
  deadline,
  internal,
};
inline constexpr unsigned cause_count = 16;

// "credential-invalid" …; "" for none.
std::string_view cause_name(Cause cause);

// Whether the same contacts, sent again later and unchanged, may well succeed.
bool is_retryable(Cause cause);

// What it means and what to do next, in a workflow user's words.
std::string_view cause_message(Cause cause);

}  // namespace skipcall
