// The sequence of a removal in the action's own form.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace skipcall::cli {

// Its own one, null if it has none, or the one that is given for the whole file, which may be empty. file: a name. Throws
// BadInput: it has neither, or both.
nlohmann::json removal_sequence(const nlohmann::json *own, const std::string &given, const std::string &file,
                                uint32_t line);

}  // namespace skipcall::cli
