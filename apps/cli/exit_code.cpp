#include "exit_code.hpp"

#include <string>

#include "text_member.hpp"

namespace skipcall::cli {

int exit_code(const nlohmann::json &result, int signal) {
  if (!result.is_object()) return 5;
  const std::string status = host::text_member(result, "status");
  if (status == "completed") return 0;
  // A signal ended the run early, whatever its last responses were.
  if (signal != 0) return 128 + signal;
  if (status == "cancelled") return 130;
  if (status != "failed" && status != "partial") return 5;

  const std::string cause = host::text_member(result, "stoppedBy");
  if (cause == "credential-invalid" || cause == "forbidden" || cause == "plan-not-eligible" ||
      cause == "subscription-required") {
    return 4;
  }
  if (cause == "internal") return 5;
  const auto requests = result.find("requests");
  const bool nothing_sent = requests == result.end() || *requests == 0;
  const bool has_invalid = result.contains("invalid") && result["invalid"] != 0;
  if (cause == "invalid-input" || (cause == "configuration" && nothing_sent)) return 2;
  if (status == "failed" && cause.empty() && nothing_sent && has_invalid) return 2;
  return status == "partial" ? 3 : 1;
}

}  // namespace skipcall::cli
