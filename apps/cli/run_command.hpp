// `skipcall run`: any action of any module that speaks the ABI.
#pragma once

#include <string>
#include <vector>

namespace skipcall::cli {

struct RunCommandOptions {
  std::string module;
  std::string action;  // empty: the module's only one
  std::string input;   // a JSON file; "-": standard input
  bool yes = false;
  std::vector<std::string> servers;        // ID=URL
  std::vector<std::string> key_variables;  // ID=VARIABLE or ID.FIELD=VARIABLE
  std::vector<std::string> key_files;      // ID=FILE or ID.FIELD=FILE
};

// Runs the action and prints its result, as the action wrote it, on standard output; what a terminal would
// obey is escaped. A connection gets only a key that the options name for it, and sends it only to a server
// that they name or that the person has confirmed: a foreign module must not choose which secret it gets, nor
// where it goes. The module of remove-contacts, recognized by its digest, has Skipcall's key and server as in
// remove-contacts. Asks before it runs. Result: the exit code by the result's status, 0 for a result without
// one. Throws Failure and host::HostError.
int run_action_of_module(const RunCommandOptions &options);

}  // namespace skipcall::cli
