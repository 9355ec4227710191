// How far the run of a journal got.
#pragma once

#include <cstdint>

#include "action.h"
#include "journal.hpp"
#include "module.hpp"

namespace skipcall::cli {

struct Standing {
  action_progress progress{};
  uint64_t removed = 0;  // the API's count
};

// The API's count in one response; 0 if it has none.
uint64_t removed_count(const host::HttpResponse &response);

// Replays the events of a journal in a separate instance; sends nothing and leaves the journal alone. A
// journal that does not match is for the run to refuse. Throws host::HostError.
Standing standing_of(const host::Module &module, const host::Journal &journal);

}  // namespace skipcall::cli
