// How far the run of a journal is.
#pragma once

#include <cstdint>

#include "action.h"
#include "journal.hpp"
#include "module.hpp"

namespace skipcall::cli {

struct Standing {
  action_progress progress{};
  uint64_t removed = 0;  // the API's own count
};

// The API's count in one response; 0 where it has none.
uint64_t removed_count(const host::HttpResponse &response);

// Replays the events of a journal in an instance of their own; sends nothing and leaves the journal alone. A
// journal that does not fit is the run's to refuse. Throws host::HostError.
Standing standing_of(const host::Module &module, const host::Journal &journal);

}  // namespace skipcall::cli
