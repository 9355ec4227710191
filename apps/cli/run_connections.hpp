// The servers and keys of a module that `skipcall run` runs, as the person named them.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "connection.hpp"
#include "module_description.hpp"
#include "run_command.hpp"

namespace skipcall::cli {

struct RunConnection {
  host::Connection connection;
  // Each field and the source of its value: "the variable OPENAI_API_KEY"; empty: it has none.
  std::vector<std::pair<std::string, std::string>> sources;
  bool server_is_modules = false;  // named only by the manifest
};

// All connections that the module declares. is_own: the module is that of remove-contacts, whose first
// connection has Skipcall's server and key. Throws BadInput: an option is not of the form ID=VALUE, names no
// connection or field of the module, or is repeated; a key cannot be read; with `yes`, a key would go to a
// server that nobody named. Throws host::HostError: see host::Connection.
std::vector<RunConnection> run_connections(const host::ModuleDescription &module,
                                           const RunCommandOptions &options, bool is_own);

}  // namespace skipcall::cli
