// arguments.hpp: what the command line's parser lets pass and should not.
#pragma once

#include <CLI/CLI.hpp>

namespace skipcall::cli {

// Throws BadInput: "--option=" without a value, for which the parser would take the next word.
void check_words(int count, const char *const *words);

// Throws BadInput: an option of a parsed command has an empty value, as an unset variable of a shell gives.
void check_values(const CLI::App &command);

}  // namespace skipcall::cli
