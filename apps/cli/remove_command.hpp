// `skipcall remove-contacts`.
#pragma once

#include "remove_options.hpp"

namespace skipcall::cli {

// Runs the command to its end: input, preview, question, run, summary, remaining file. Result: the exit code.
// Throws Failure and host::HostError; nothing was sent then.
int remove_contacts(const RemoveOptions &options);

}  // namespace skipcall::cli
