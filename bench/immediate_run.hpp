// A run whose responses come at once, so that only the action's own work takes time.
#pragma once

#include <cstdint>
#include <string>

#include "guest.hpp"

namespace skipcall::bench {

// Processor time of the calls into the guest, in ms.
struct ImmediateRun {
  double start = 0;    // remove_contacts: parse, check, group, drop duplicates
  double total = 0;    // of all calls
  double longest = 0;  // of one call
  uint32_t requests = 0;
  uint32_t confirmed = 0;
  std::string result;
};

// Answers every request with 200 and the headers of an unused window, until the run is done. cancel_after:
// the number of responses after which the run is cancelled; UINT32_MAX: never.
ImmediateRun run_immediately(vectors::Guest &guest, const std::string &input,
                             uint32_t cancel_after = UINT32_MAX);

}  // namespace skipcall::bench
