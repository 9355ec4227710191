// Everything that a run's result is made of.
#pragma once

#include <cstdint>

#include "batches.hpp"
#include "cause.hpp"
#include "error_log.hpp"
#include "input.hpp"

namespace skipcall {

// Contacts, except requests, retries, rate_limited and waited_ms.
struct Counts {
  uint32_t confirmed = 0, refused = 0, unknown = 0, unsent = 0;
  uint64_t removed = 0;
  bool removed_exact = true;
  uint32_t requests = 0, retries = 0, rate_limited = 0;
  uint64_t waited_ms = 0;
};

struct Account {
  Input input;
  Batches batches;
  ErrorLog errors;
  Counts counts;
  uint32_t total = 0;  // contacts, without invalid ones and duplicates
  Cause stopped_by = Cause::none;
  uint16_t stop_error = ErrorLog::none;
};

}  // namespace skipcall
