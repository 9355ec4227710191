// `skipcall replay` and `skipcall redact`: showing a journal, and making one fit to be shown.
#pragma once

#include <string>

namespace skipcall::cli {

struct JournalCommandOptions {
  std::string journal;
  std::string module;  // empty: that of remove-contacts
};

// Prints what happened in the run of a journal: events, requests, waits, result. Sends nothing, and does not
// change the journal. Throws host::HostError. Result: the exit code; 5: the module now behaves differently.
int replay_journal(const JournalCommandOptions &options);

// Prints the journal with made-up ids and strings. Throws BadInput: its run would go differently;
// host::HostError.
int redact_journal(const JournalCommandOptions &options);

}  // namespace skipcall::cli
