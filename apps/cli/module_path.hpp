// Where the module file of remove_contacts is.
#pragma once

#include <filesystem>
#include <string>

namespace skipcall::cli {

// `option` if given, else SKIPCALL_MODULE, else the first that exists of: beside the program, ../wasm/ of the
// program (the build tree), ../share/skipcall/ of the program (an installation). Throws HostFailure, which
// lists where it looked. A named file is not looked for, so that opening it says what is wrong.
std::filesystem::path find_module(const std::string &option);

}  // namespace skipcall::cli
