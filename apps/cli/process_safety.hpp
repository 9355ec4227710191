// Keeps a key inside this process.
#pragma once

#include <string>

namespace skipcall::cli {

// Other processes of the same user can neither attach to this one nor read its memory, and a crash leaves no
// core file.
void protect_memory();

// Removes a variable from the environment, and from what /proc shows of it. Result: its value; empty: it is
// not set. The caller wipes it.
std::string take_variable(const std::string &name);

}  // namespace skipcall::cli
