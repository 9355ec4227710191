// What a host delivers to a run for one exchange, and what the API's document and the plan of the action make
// of it. Written down a second time here, so that the run's own tables are not their own judge.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "action.h"

namespace skipcall::simulation {

enum class Meaning { confirmed, unexpected, refused, sequence_gone, retry, stop, cancelled, lost };

inline constexpr std::string_view json_of_another_server = R"({"message":"no Route matched"})";

struct Delivery {
  uint32_t status = 0;
  uint32_t error = ACTION_HTTP_OTHER;
  bool not_sent = false;
  bool may_have_repeated = false;
  bool is_lost = false;  // the host was killed, and found the exchange open when it resumed
  std::string headers;   // framed as the ABI says
  std::string body;

  // Of a real response of the server; for the rules, not for the run.
  bool from_server = false;
  bool has_rate = false;  // it has the X-RateLimit headers
  uint64_t remaining = 0;
  uint64_t limit = 0;
  uint64_t window_end_ms = 0;  // by the true clock
  bool has_retry_after = false;
  uint64_t retry_after_s = 0;      // 0: none, or a date
  uint64_t retry_after_at_ms = 0;  // a date, by the true clock; 0: none, or an unreadable one
  bool counts = false;             // a success whose body says how many, or an empty one

  Meaning meaning() const;

 private:
  // Only the API itself can say that a sequence does not exist or that a key is not accepted.
  bool is_of_another_server() const {
    return error == ACTION_HTTP_TOO_LARGE ||
           (error == ACTION_HTTP_OK && (body.starts_with('<') || body == json_of_another_server));
  }
};

inline Meaning Delivery::meaning() const {
  if (is_lost) return Meaning::lost;
  const bool success = status >= 200 && status <= 299;
  if (status == 0 || (success && error != ACTION_HTTP_OK)) {
    switch (error) {
      case ACTION_HTTP_TOO_LARGE:
      case ACTION_HTTP_REDIRECT:
        return Meaning::unexpected;
      case ACTION_HTTP_TLS:
      case ACTION_HTTP_DENIED:
      case ACTION_HTTP_NO_CREDENTIAL:
        return Meaning::stop;
      case ACTION_HTTP_CANCELLED:
        return Meaning::cancelled;
      default:
        return Meaning::retry;
    }
  }
  if (success) return counts ? Meaning::confirmed : Meaning::unexpected;
  switch (status) {
    case 400:
    case 409:
    case 413:
    case 422:
      return is_of_another_server() ? Meaning::unexpected : Meaning::refused;
    case 401:
    case 402:
    case 403:
    case 451:
      return is_of_another_server() ? Meaning::unexpected : Meaning::stop;
    case 404:
      return is_of_another_server() ? Meaning::unexpected : Meaning::sequence_gone;
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return Meaning::retry;
    default:
      break;
  }
  if (status >= 520 && status <= 524) return Meaning::retry;
  return status >= 300 && status <= 399 ? Meaning::unexpected : Meaning::stop;
}

}  // namespace skipcall::simulation
