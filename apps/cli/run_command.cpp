#include "run_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "digest.hpp"
#include "drive.hpp"
#include "environment.hpp"
#include "exit_code.hpp"
#include "failure.hpp"
#include "harmless_text.hpp"
#include "input_text.hpp"
#include "module_path.hpp"
#include "preview.hpp"
#include "run_connections.hpp"
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

// True for the module that remove-contacts runs.
bool is_own_module(const host::ModuleDescription &module) {
  try {
    return module.sha256 == host::describe_module(host::read_binary_file(find_module(""))).sha256;
  } catch (const std::runtime_error &) {
    return false;  // there is none
  }
}

host::Module load_module(const std::string &file) {
  const SignalsHeld held;
  return host::Module::load(file, host::default_cache_directory());
}

std::string line(const std::string &name, const std::string &value) {
  return fmt::format("  {:<10} {}\n", printable(name), printable(value));
}

std::string preview_text(const RunConnection &run) {
  const host::Connection &connection = run.connection;
  std::string text = line("connection", connection.name());
  text +=
      line("server", connection.base_url() + (run.server_is_modules ? " (named only by the module)" : ""));
  const bool is_only = run.sources.size() == 1;
  for (const auto &[field, source] : run.sources) {
    const std::string place = connection.name() + (is_only ? "" : "." + field);
    if (source.empty()) {
      text += line(is_only ? "key" : field,
                   "none: every request is refused; --key-from " + place + "=VARIABLE names one");
    } else if (is_only) {
      text += line("key", key_kind_text(key_kind(connection.key().reveal())) + " from " + source);
    } else {
      text += line(field, "from " + source);
    }
  }
  return text;
}

std::string preview_text(const RunCommandOptions &options, const std::string &action,
                         const std::vector<RunConnection> &connections) {
  std::string text = "Run " + printable(action) + " of " + printable(options.module) + "\n";
  for (const RunConnection &connection : connections) text += preview_text(connection);
  return text;
}

}  // namespace

int run_action_of_module(const RunCommandOptions &options) {
  const InputText input = read_input(options.input);
  const host::Module module = load_module(options.module);
  const std::string action = choose_action(module.description(), options.action);
  auto named = run_connections(module.description(), options, is_own_module(module.description()));
  std::fputs(preview_text(options, action, named).c_str(), stderr);
  if (!options.yes && !confirm()) return 2;
  std::vector<host::Connection> connections;
  connections.reserve(named.size());
  for (RunConnection &one : named) connections.push_back(std::move(one.connection));
  host::HttpClient http{host::Connections(std::move(connections))};

  host::StopRequest stop;
  host::RunOptions run_options;
  run_options.stop = &stop;
  SignalGuard signals(stop);
  const host::RunEnd end =
      host::run_action(module, http, {action, input.text, 0, host::random_seed()}, run_options);
  if (!end.ok()) throw HostFailure(end.failure_text);
  if (!end.last_failure.empty())
    std::fprintf(stderr, "last failure: %s\n", printable(end.last_failure).c_str());
  const auto result = nlohmann::json::parse(end.result, nullptr, false);
  const std::string text = result.is_discarded() ? host::harmless_text(end.result, host::LineBreaks::kept)
                                                 : host::harmless_json(end.result);
  std::printf("%s\n", text.c_str());
  signals.ignore_afterwards();
  return result.is_object() && result.contains("status") ? exit_code(result, signals.signal()) : 0;
}

}  // namespace skipcall::cli
