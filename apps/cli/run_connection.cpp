#include "run_connection.hpp"

#include <utility>

#include "environment.hpp"
#include "failure.hpp"
#include "process_safety.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

// The value that options of the form ID=VALUE have for connection `id`; empty: none.
std::string value_of(const char *option, const std::vector<std::string> &values, const std::string &id) {
  std::string found;
  for (const std::string &text : values) {
    const std::size_t equals = text.find('=');
    if (equals == text.npos || equals == 0 || equals + 1 == text.size()) {
      throw BadInput(std::string(option) + " is read as ID=VALUE; " + in_quotes(text) +
                     " is not of that form");
    }
    if (text.substr(0, equals) != id) {
      throw BadInput(std::string(option) + ": the module's requests go to its connection " + in_quotes(id) +
                     "; it has no " + in_quotes(text.substr(0, equals)));
    }
    if (!found.empty()) throw BadInput(std::string(option) + " is there twice for " + in_quotes(id));
    found = text.substr(equals + 1);
  }
  return found;
}

}  // namespace

RunConnection run_connection(const host::ModuleDescription &module, const RunCommandOptions &options,
                             bool is_own) {
  // A module that sends nothing still needs a client to be driven with; without a key every request is
  // refused.
  const host::DeclaredConnection none{"none", "http://127.0.0.1:9", {}, {}};
  const host::DeclaredConnection &declared = module.connections.empty() ? none : module.connections.front();
  const std::string url = value_of("--connection", options.servers, declared.name);
  const std::string variable = value_of("--key-from", options.key_variables, declared.name);
  const std::string file = value_of("--key-file", options.key_files, declared.name);
  if (!variable.empty() && !file.empty())
    throw BadInput("--key-from and --key-file both name a key; keep one of them");

  host::SecretString key;
  std::string source;
  if (!variable.empty()) {
    key = read_key_variable(variable);
    source = "the variable " + variable;
  } else if (!file.empty()) {
    key = read_key_file("", file);
    source = "the file " + file;
  } else if (is_own) {
    key = read_api_key();
    if (!key.empty()) source = "SKIPCALL_API_KEY or its file";
  }
  std::string unused = take_variable("SKIPCALL_API_KEY");  // nobody needs it any more
  host::SecretString::wipe(unused);
  const bool is_modules = url.empty() && !is_own && !module.connections.empty();
  const std::string base_url = !url.empty() ? url : is_own ? read_base_url() : declared.base_url;
  if (base_url.empty()) {
    throw BadInput("the module names no server; name it with --connection " + shell_word(declared.name) +
                   "=URL");
  }
  if (is_modules && options.yes && !key.empty()) {
    throw BadInput("with --yes nobody confirms where the key goes; the module names " + in_quotes(base_url) +
                   ". Name the server yourself: --connection " + shell_word(declared.name) + "=URL");
  }
  host::Connection connection = key.empty() ? host::Connection(declared, base_url, host::FieldValues())
                                            : host::Connection(declared, base_url, std::move(key));
  return {std::move(connection), source, is_modules};
}

}  // namespace skipcall::cli
