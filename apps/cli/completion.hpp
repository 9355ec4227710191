#pragma once

#include <string>

namespace CLI {
class App;
}

namespace skipcall::cli {

// Completions of `app`'s commands and options for a shell: "bash", "zsh" or "fish". Throws BadInput for any
// other.
std::string completion(const CLI::App &app, const std::string &shell);

}  // namespace skipcall::cli
