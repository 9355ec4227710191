// `skipcall replay` and `skipcall redact`: a journal looked at, and one made fit to be shown.
#pragma once

#include <string>

namespace skipcall::cli {

struct JournalCommandOptions {
  std::string journal;
  std::string module;  // empty: that of remove-contacts
};

// Prints what happened in the run of a journal: events, requests, waits, result. Sends nothing, and leaves the
// journal as it is. Throws host::HostError. Result: the exit code; 5: the module does otherwise than then.
int replay_journal(const JournalCommandOptions &options);

// Prints the journal with made-up ids and texts. Throws BadInput: its run would go another way; host::HostError.
int redact_journal(const JournalCommandOptions &options);

}  // namespace skipcall::cli
