// What a run did not finish, kept for the next run.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace skipcall::cli {

// What is left to do of a run of `input` that ended with `result`, as the next run's input; empty: nothing.
// If the result names fewer ids than are left, it is all of `input`: a module without memory gives such a
// result.
std::string remaining_text(const nlohmann::json &result, const std::string &input);

// Writes `text` to the new file `path`, which appears whole and synced or not at all (host::NewFile). Mode
// 0600, since ids are the customer's data. Throws HostFailure with the cause, also if the file exists.
void write_whole_file(const std::filesystem::path &path, const std::string &text);

// "skipcall-remaining-20260102-030405-PID.json": a different name for each run.
std::string remaining_file_name();

// Writes the remaining removals (JSON, the action's own form) to `option` or, if that is empty, to a file
// with a name of its own in the working directory, else in `otherwise`. Result: the path. Throws HostFailure.
std::filesystem::path write_remaining(const std::string &option, const std::filesystem::path &otherwise,
                                      const std::string &json);

}  // namespace skipcall::cli
