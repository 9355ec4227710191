#include "run_command.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "digest.hpp"
#include "drive.hpp"
#include "environment.hpp"
#include "exit_code.hpp"
#include "failure.hpp"
#include "input_text.hpp"
#include "preview.hpp"
#include "signals.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

std::string choose_action(const host::ModuleDescription &module, const std::string &wanted) {
  std::string names;
  for (const std::string &name : module.actions) names += (names.empty() ? "" : ", ") + printable(name);
  if (wanted.empty() && module.actions.size() == 1) return module.actions.front();
  if (wanted.empty()) throw BadInput("the module has several actions; name one with --action: " + names);
  if (std::find(module.actions.begin(), module.actions.end(), wanted) == module.actions.end()) {
    throw BadInput("the module has no action \"" + wanted + "\"; it has: " + names);
  }
  return wanted;
}

host::Connection connect(const host::ModuleDescription &module) {
  // A module that sends nothing still needs a client to be driven with; without a key every request is
  // refused.
  if (module.connections.empty()) return host::Connection("none", "http://127.0.0.1:9", host::SecretString());
  const host::DeclaredConnection &declared = module.connections.front();
  const std::string base_url = read_base_url(declared.name, declared.base_url);
  if (base_url.empty()) {
    throw BadInput("the module names no server; set " + variable_name(declared.name, "BASE_URL"));
  }
  return host::Connection(declared, base_url, read_api_key(declared.name));
}

}  // namespace

int run_action_of_module(const RunCommandOptions &options) {
  const InputText input = read_input(options.input);
  const host::Module module = host::Module::load(options.module, host::default_cache_directory());
  const std::string action = choose_action(module.description(), options.action);
  host::HttpClient http(connect(module.description()));
  const host::Connection &connection = http.connection();

  std::fprintf(
      stderr, "Run %s of %s\n  server    %s\n  key       %s\n", printable(action).c_str(),
      printable(options.module).c_str(), printable(connection.base_url()).c_str(),
      connection.key().empty() ? "none" : key_kind_text(key_kind(connection.key().reveal())).c_str());
  if (!options.yes && !confirm(options.input == "-")) return 2;

  host::StopRequest stop;
  host::RunOptions run_options;
  run_options.stop = &stop;
  const SignalGuard signals(stop);
  const host::RunEnd end =
      host::run_action(module, http, {action, input.text, 0, host::random_seed()}, run_options);
  if (!end.ok()) throw HostFailure(end.failure_text);
  std::printf("%s\n", end.result.c_str());
  const auto result = nlohmann::json::parse(end.result, nullptr, false);
  return result.is_object() && result.contains("status") ? exit_code(result, signals.signal()) : 0;
}

}  // namespace skipcall::cli
