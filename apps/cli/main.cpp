// skipcall: runs Skipcall actions, which are WebAssembly modules, on wasmtime.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <new>
#include <nlohmann/json.hpp>

#include "arguments.hpp"
#include "completion.hpp"
#include "doctor_command.hpp"
#include "error.hpp"
#include "failure.hpp"
#include "harmless_text.hpp"
#include "journal_commands.hpp"
#include "json_end.hpp"
#include "manual.hpp"
#include "module_commands.hpp"
#include "module_path.hpp"
#include "process_safety.hpp"
#include "remove_command.hpp"
#include "run_command.hpp"
#include "sandbox_command.hpp"
#include "standard_streams.hpp"
#include "wording.hpp"

namespace {

using namespace skipcall::cli;

int exit_code_of(const skipcall::host::HostError &error) {
  using skipcall::host::Fault;
  const bool usage = error.fault() == Fault::connection || error.fault() == Fault::journal;
  return usage ? 2 : 5;
}

// Prints an error message. Result: `code`.
int say(int code, const std::string &text) {
  // Whatever looks like a key is cut: it may have been given in place of a name.
  const std::string clean = skipcall::host::harmless_text(text, skipcall::host::LineBreaks::kept);
  std::fprintf(stderr, "skipcall: %s\n", without_keys(clean).c_str());
  return code;
}

// Result: exit code 0.
int print(const std::string &text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

// Declares all commands, parses, and runs the one that was named.
int run(int argc, char **argv) {
  CLI::App app("Removes contacts from Skipcall sequences, and runs any action module of the same ABI.",
               "skipcall");
  app.set_version_flag("-V,--version", SKIPCALL_VERSION);
  app.require_subcommand(1);
  app.footer("Run 'skipcall COMMAND --help' for the options of a command.");
  std::function<int()> command;

  RemoveOptions remove;
  auto *remove_app = app.add_subcommand("remove-contacts", "Remove contacts from their sequences");
  declare_remove_options(*remove_app, remove);
  remove_app->callback([&] { command = [&] { return remove_contacts(remove); }; });

  std::string manifest_file;
  auto *manifest_app = app.add_subcommand("manifest", "Print the manifest of a module");
  manifest_app->add_option("FILE", manifest_file, "The module; the default is the one for remove-contacts");
  manifest_app->callback([&] { command = [&] { return print_manifest(find_module(manifest_file)); }; });

  std::string inspect_file;
  auto *inspect_app = app.add_subcommand("inspect", "Describe a module without running it");
  inspect_app->add_option("FILE", inspect_file, "The module; the default is the one for remove-contacts");
  inspect_app->callback([&] { command = [&] { return inspect_module(find_module(inspect_file)); }; });

  RunCommandOptions run_options;
  auto *run_app = app.add_subcommand("run", "Run an action of any module with a JSON input");
  run_app->add_option("FILE", run_options.module, "The module")->required();
  run_app->add_option("--action", run_options.action, "The action; not needed if the module has only one")
      ->type_name("NAME");
  run_app->add_option("--input", run_options.input, "The input, JSON; - is standard input")
      ->type_name("FILE")
      ->required();
  run_app->add_flag("-y,--yes", run_options.yes, "Do not ask");
  run_app
      ->add_option("--connection", run_options.servers,
                   "The server of the module's connection ID; once for each")
      ->type_name("ID=URL")
      ->allow_extra_args(false);
  run_app
      ->add_option("--key-from", run_options.key_variables,
                   "The variable that holds the key of connection ID; ID.FIELD for one of several fields")
      ->type_name("ID=VARIABLE")
      ->allow_extra_args(false);
  run_app->add_option("--key-file", run_options.key_files, "The file that holds the key of connection ID")
      ->type_name("ID=FILE")
      ->allow_extra_args(false);
  run_app->footer(
      "A module gets only a key that you name for its connection, and only to a server that you name or "
      "confirm.\n"
      "The module for remove-contacts gets Skipcall's key and server, as in remove-contacts.\n\n"
      "Example:\n"
      "  skipcall run crm.wasm --input input.json --connection crm=https://api.example.com "
      "--key-from crm=CRM_API_KEY");
  run_app->callback([&] { command = [&] { return run_action_of_module(run_options); }; });

  DoctorOptions doctor;
  auto *doctor_app = app.add_subcommand("doctor", "Check everything a removal needs, and say what to fix");
  doctor_app->add_flag("--request", doctor.request,
                       "Also send one harmless request, which tests key and server");
  doctor_app->add_option("--module", doctor.module, "The WebAssembly module; else SKIPCALL_MODULE")
      ->type_name("FILE");
  doctor_app->callback([&] { command = [&] { return run_doctor(doctor); }; });

  JournalCommandOptions replay_options;
  auto *replay_app =
      app.add_subcommand("replay", "Show what happened in a journal's run, without sending anything");
  replay_app->add_option("JOURNAL", replay_options.journal, "The journal")->required();
  replay_app
      ->add_option("--module", replay_options.module,
                   "The action module; the default is the one next to this program")
      ->type_name("FILE");
  replay_app->callback([&] { command = [&] { return replay_journal(replay_options); }; });

  JournalCommandOptions redact_options;
  auto *redact_app =
      app.add_subcommand("redact", "Print a journal with made-up ids and strings, to attach to a bug report");
  redact_app->add_option("JOURNAL", redact_options.journal, "The journal; it is not changed")->required();
  redact_app
      ->add_option("--module", redact_options.module,
                   "The action module; the default is the one next to this program")
      ->type_name("FILE");
  redact_app->footer(
      "Example:\n  skipcall redact run.journal > report.journal\n  skipcall replay report.journal");
  redact_app->callback([&] { command = [&] { return redact_journal(redact_options); }; });

  SandboxCommandOptions sandbox;
  auto *sandbox_app = app.add_subcommand("sandbox", "Serve a stand-in for Skipcall's server on this machine");
  sandbox_app->add_option("--port", sandbox.port, "The port; the default is a free one")->type_name("PORT");
  sandbox_app->add_option("--data", sandbox.data, "Its data, JSON; the default is the built-in set")
      ->type_name("FILE");
  sandbox_app->add_flag("-v,--verbose", sandbox.verbose, "Log each request on standard error");
  sandbox_app->footer("Example:\n  skipcall sandbox --port 8080 --data sandbox.json");
  sandbox_app->callback([&] { command = [&] { return serve_sandbox(sandbox); }; });

  std::string shell;
  auto *completion_app = app.add_subcommand("completion", "Print the completions for a shell");
  completion_app->add_option("SHELL", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion_app->footer("Example:\n  source <(skipcall completion bash)");
  completion_app->callback([&] { command = [&] { return print(completion(app, shell)); }; });

  auto *manual_app = app.add_subcommand("manual", "Print the manual page, for man");
  manual_app->footer("Example:\n  skipcall manual | man -l -");
  manual_app->callback([&] { command = [&] { return print(manual_page(app, SKIPCALL_VERSION)); }; });

  check_words(argc, argv);
  try {
    app.parse(usual_words(argc, argv));
  } catch (const CLI::Success &wanted) {
    command = [&app, wanted] { return app.exit(wanted); };
  } catch (const CLI::ParseError &error) {
    throw BadInput(parse_error_text(app, error));
  }
  const auto *resume = remove_app->get_option("--resume");
  remove.lists_journals = resume->count() > 0 && remove.resume.empty();
  const int code = command();
  // Writing to a full disk fails only now.
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  return say(5, "the output could not be written");
}

}  // namespace

int main(int argc, char **argv) {
  take_standard_descriptors();
  protect_memory();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that is too large is then an error of write(2)
  const bool wants_json =
      std::any_of(argv + 1, argv + argc, [](const char *word) { return std::string_view(word) == "--json"; });
  const auto fail = [&](int code, const std::string &text) {
    if (wants_json) std::printf("%s\n", failure_json(code, without_keys(text)).c_str());
    return say(code, text);
  };
  try {
    return run(argc, argv);
  } catch (const Failure &error) {
    return fail(error.exit_code(), error.what());
  } catch (const skipcall::host::HostError &error) {
    return fail(exit_code_of(error), error.what());
  } catch (const nlohmann::json::exception &) {
    return fail(5, "the module's result is not of the form this command reads");
  } catch (const std::bad_alloc &) {
    return fail(5, "there is not enough memory for this input; split it into smaller files");
  } catch (const std::exception &error) {
    return fail(5, error.what());
  }
}
