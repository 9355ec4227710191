// run_command.hpp: `skipcall run`: any action of any module that speaks the ABI.
#pragma once

#include <string>

namespace skipcall::cli {

struct RunCommandOptions {
  std::string module;
  std::string action;  // empty: the module's only one
  std::string input;   // a JSON file; "-": standard input
  bool yes = false;
};

// Runs the action and prints its result, as the action wrote it, on standard output. The connection is the
// first that the manifest declares; its key and server come from NAME_API_KEY, NAME_API_KEY_FILE and
// NAME_BASE_URL. It asks before it runs, since the manifest of a foreign module says where the key would go.
// Result: the exit code by the result's status, 0 for a result without one. Throws Failure and
// host::HostError.
int run_action_of_module(const RunCommandOptions &options);

}  // namespace skipcall::cli
