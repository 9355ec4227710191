// What a run's end means to a script: the table of exit codes in README.md.
#pragma once

#include <nlohmann/json.hpp>

namespace skipcall::cli {

// 0 completed; 1 nothing confirmed; 2 bad input; 3 partly confirmed; 4 the key is not accepted; 5 the module
// failed; 128 + signal if a signal ended the run early. result: of remove_contacts. signal: the one that
// came, or 0. A result with an unknown status gives 5.
int exit_code(const nlohmann::json &result, int signal);

}  // namespace skipcall::cli
