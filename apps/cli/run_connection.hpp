// run_connection.hpp: the server and the key of a module that `skipcall run` runs, by what the person named.
#pragma once

#include <string>

#include "connection.hpp"
#include "module_description.hpp"
#include "run_command.hpp"

namespace skipcall::cli {

struct RunConnection {
  host::Connection connection;
  std::string key_source;          // "the variable OPENAI_API_KEY"; empty: there is no key
  bool server_is_modules = false;  // it is the manifest's word alone
};

// is_own: the module is that of remove-contacts. Throws BadInput: an option is not of the form ID=VALUE,
// names no connection of the module, or is there twice; a key cannot be read; with `yes`, a key would go to a
// server that nobody named. Throws host::HostError: see host::Connection.
RunConnection run_connection(const host::ModuleDescription &module, const RunCommandOptions &options,
                             bool is_own);

}  // namespace skipcall::cli
