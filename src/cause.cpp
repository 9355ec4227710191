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
     "credential, then run again with what remains."},
    {"forbidden", false,
     "The API key may not do this. Ask the owner of the Skipcall account, then run again with what remains."},
    {"plan-not-eligible", false,
     "The plan of the Skipcall account has no API access. Change the plan, then run again with what "
     "remains."},
    {"subscription-required", false,
     "The Skipcall account has no active subscription. Renew it, then run again with what remains."},
    {"not-found", false,
     "Skipcall does not know this sequence, or the API key has no access to it. Check the sequence id and "
     "whose key "
     "it is. If no sequence at all is found, the base URL may be wrong."},
    {"refused", false,
     "Skipcall refused these contacts as they are. Read its own text beside this, correct them, then run "
     "again."},
    {"invalid-input", false,
     "Some ids are not valid. Correct them, or choose to skip invalid ids, then run again."},
    {"rate-limited", true,
     "The rate limit of the API key is used up. Run again with what remains after the time in retryAt."},
    {"temporarily-unavailable", true,
     "Skipcall could not handle the request at the moment. Run again later with what remains; that is safe."},
    {"network", true,
     "No whole answer came back. Check the connection and the base URL, then run again with what remains; "
     "that is "
     "safe, whether or not the request arrived."},
    {"unexpected-response", false,
     "The answer was not one of Skipcall's. Check the base URL, and whether a proxy or a login page stands "
     "in "
     "between, then run again with what remains; that is safe."},
    {"configuration", false,
     "The request was not sent as the connection is set up. Check the credential, the base URL and the "
     "proxy, then "
     "run again with what remains."},
    {"cancelled", true, "The run was cancelled. Run again with what remains; that is safe."},
    {"deadline", true, "The time limit of the run was reached. Run again with what remains."},
    {"internal", false,
     "The action ran out of memory or met a state that cannot be. Run again with fewer contacts at a time; "
     "that is "
     "safe."},
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
