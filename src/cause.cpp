#include "cause.hpp"

namespace skipcall {
namespace {

struct CauseRow {
  std::string_view name;
  bool retryable;
  std::string_view message;
};

constexpr CauseRow rows[cause_count] = {
    {"", false, ""},
    {"credential-invalid", false,
     "Skipcall does not accept the API key. Copy a valid key from Skipcall (Settings > API Keys) into the "
     "credential, then run again with the remaining contacts."},
    {"forbidden", false,
     "The API key is not allowed to do this. Ask the owner of the Skipcall account, then run again with "
     "the remaining contacts."},
    {"plan-not-eligible", false,
     "The Skipcall account's plan does not include API access. Change the plan, then run again with the "
     "remaining contacts."},
    {"subscription-required", false,
     "The Skipcall account has no active subscription. Renew it, then run again with the remaining "
     "contacts."},
    {"not-found", false,
     "Skipcall does not know this sequence, or the API key has no access to it. Check the sequence ID and "
     "which account the key belongs to. If no sequence is found at all, the base URL may be wrong."},
    {"refused", false,
     "Skipcall refused these contacts, and will refuse them again unchanged. Read its message, correct "
     "them, then run again."},
    {"invalid-input", false,
     "Some IDs are not valid. Correct them, or choose to skip invalid IDs, then run again."},
    {"rate-limited", true,
     "The API key has reached its rate limit. Run again later with the remaining contacts."},
    {"temporarily-unavailable", true,
     "Skipcall could not handle the request at the moment. Run again later with the remaining contacts; "
     "that is safe."},
    {"network", true,
     "No complete response arrived. Check the connection and the base URL, then run again with the "
     "remaining contacts; that is safe, whether or not the request arrived."},
    {"unexpected-response", false,
     "The response did not come from Skipcall. Check the base URL, and whether a proxy or a login page "
     "responds in its place, then run again with the remaining contacts; that is safe."},
    {"configuration", false,
     "The request was not sent because of how the connection is set up. Check the credential, the base URL "
     "and the proxy, then run again with the remaining contacts."},
    {"cancelled", true, "The run was cancelled. Run again with the remaining contacts; that is safe."},
    {"deadline", true, "The run reached its time limit. Run again with the remaining contacts."},
    {"internal", false,
     "The action ran out of memory or hit an internal error. Run again with fewer contacts at a time; that "
     "is safe."},
};

}  // namespace

std::string_view cause_name(Cause cause) {
  return rows[static_cast<unsigned>(cause)].name;
}
bool is_retryable(Cause cause) {
  return rows[static_cast<unsigned>(cause)].retryable;
}
std::string_view cause_message(Cause cause) {
  return rows[static_cast<unsigned>(cause)].message;
}

}  // namespace skipcall
