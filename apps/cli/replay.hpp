// What a journal's events lead to in a module. Nothing is sent.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "instance.hpp"
#include "journal_line.hpp"

namespace skipcall::cli {

struct ReplayedEvent {
  int32_t returned;
  action_progress progress;
  std::vector<host::Announcement> announced;
};

struct Replay {
  std::vector<ReplayedEvent> events;  // of each event of the journal
  std::set<uint32_t> open;            // announced, and neither answered nor given up
  std::string result;                 // empty: the run has not ended
  bool fits = true;                   // false: the module announced something else than the journal says
};

// Throws host::HostError.
Replay replay(const host::Module &module, const host::JournalText &journal);

}  // namespace skipcall::cli
