// The existing journals, for `--resume` without a name.
#pragma once

#include <filesystem>

namespace skipcall::cli {

// Prints the journals of a folder on standard output, newest first, each with the command that resumes it.
// Opens none of them. Result: the exit code.
int list_journals(const std::filesystem::path &folder);

}  // namespace skipcall::cli
