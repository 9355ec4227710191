// What --json prints, however a command ends.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "request.hpp"

namespace skipcall::cli {

// The end of a command that has no result of the action, in the form of one: status, stoppedBy and one error.
std::string failure_json(int exit_code, const std::string &text);

// The action's result, with `invalidRows`: file, line and reason of each invalid id.
std::string result_json(const std::string &result, const std::vector<InvalidId> &invalid);

}  // namespace skipcall::cli
