#include "remove_command.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "contact_json.hpp"
#include "digest.hpp"
#include "drive.hpp"
#include "embedded_sandbox.hpp"
#include "environment.hpp"
#include "exit_code.hpp"
#include "failure.hpp"
#include "harmless_text.hpp"
#include "journal_list.hpp"
#include "json_end.hpp"
#include "module_path.hpp"
#include "preview.hpp"
#include "process_safety.hpp"
#include "progress_bar.hpp"
#include "remaining_file.hpp"
#include "report_file.hpp"
#include "request.hpp"
#include "request_log.hpp"
#include "signals.hpp"
#include "standing.hpp"
#include "summary.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

constexpr const char *action_name = "remove_contacts";

uint64_t unix_now_ms() {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
  return static_cast<uint64_t>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

// The server and the key. Starts the sandbox if asked to.
host::Connection connect(const RemoveOptions &options, const host::Module &module,
                         std::unique_ptr<EmbeddedSandbox> &sandbox) {
  if (module.description().connections.empty()) throw HostFailure("the module declares no connection");
  const host::DeclaredConnection &declared = module.description().connections.front();
  // The module never decides which secret is read, nor where it goes.
  host::SecretString key;
  if (options.dry_run) {
    std::string unused = take_variable("SKIPCALL_API_KEY");
    host::SecretString::wipe(unused);
  } else {
    key = read_api_key();
  }
  std::string base_url = read_base_url();
  if (options.sandbox) {
    if (key_kind(key.reveal()) == KeyKind::live) {
      throw BadInput(
          "--sandbox refuses a live key; unset SKIPCALL_API_KEY and SKIPCALL_API_KEY_FILE to use the "
          "sandbox's own test key");
    }
    sandbox = std::make_unique<EmbeddedSandbox>(options.sandbox_data);
    base_url = sandbox->base_url();
    if (!key.empty() && !sandbox->has_key(key.reveal())) {
      throw BadInput(
          "the sandbox has no such key; unset SKIPCALL_API_KEY and SKIPCALL_API_KEY_FILE to use its own test "
          "key");
    }
    if (key.empty() && !options.dry_run) key = host::SecretString(sandbox->key());
  }
  if (key.empty() && !options.dry_run) {
    throw BadInput(
        "there is no API key: put it into SKIPCALL_API_KEY, or name a file that holds it in "
        "SKIPCALL_API_KEY_FILE (--sandbox and --dry-run need none)");
  }
  return host::Connection(declared, base_url, std::move(key));
}

// Signals wait meanwhile, so that none leaves an incomplete file in the cache of compiled code.
host::Module load_module(const std::string &option) {
  const SignalsHeld held;
  return host::Module::load(find_module(option), host::default_cache_directory());
}

class Command {
 public:
  explicit Command(const RemoveOptions &options)
      : options_(options),
        list_(options.resume.empty() ? read_contacts(options) : ContactList()),
        columns_(list_.columns()),
        module_(load_module(options.module)),
        http_(connect(options, module_, sandbox_)) {}

  int run() {
    if (!options_.resume.empty()) return resume();
    check_ranges(options_, Json::parse(module_.description().manifest));
    const Json action = action_options(options_, list_.options());
    const bool only_check = action.contains("dryRun") && action["dryRun"] == true;
    const std::string check_text = dry_run(request_json(list_, with_dry_run(action)), only_check);
    const Json check = parse(check_text);
    invalid_ = find_invalid_ids(list_, check.value("invalidIds", Json::array()));
    if (check.value("status", "") != "completed") return report(check_text, check, {}, 0);
    check_max(check);
    if (only_check) return report(check_text, check, {}, 0);

    const std::filesystem::path journal_path = new_journal_path();
    if (!agreed(check, journal_path)) return declined();
    signals_.emplace(stop_);
    const host::RunRequest request{action_name, request_json(list_, action), 0, host::random_seed()};
    std::optional<host::Journal> journal;
    if (!journal_path.empty() && contacts_of(check) > 0) {
      const Json about = {{"invalid", invalid_}, {"columns", list_.columns()}};
      const std::string note = about.dump(-1, ' ', false, Json::error_handler_t::replace);
      journal = new_journal(journal_path, request, note);
    }
    return drive(request, journal);
  }

 private:
  const host::Connection &connection() const {
    return *http_.connections().find(module_.description().connections.front().name);
  }

  int resume() {
    std::optional<host::Journal> journal(host::Journal::open(options_.resume));
    journal->check_binding(module_.description().sha256, http_.connections());
    if (journal->run().action != action_name) throw BadInput(options_.resume + ": belongs to another action");
    // The journal has the ids of its rows, but not where they came from.
    if (!options_.report.empty()) read_contact_json({options_.resume, journal->run().input}, "", list_);
    // If another host began the run, there may be no note.
    const Json about = Json::parse(journal->note(), nullptr, false);
    if (about.is_object()) {
      invalid_ = about.at("invalid").get<std::vector<InvalidId>>();
      columns_ = about.at("columns").get<std::vector<FileColumns>>();
    }
    if (!journal->is_whole()) {
      std::fputs(
          "The end of the journal is missing or damaged. Every later request may have been sent already, "
          "so the run takes longer, and its count of removed contacts is a lower bound.\n",
          stderr);
    }
    try {
      before_ = standing_of(module_, *journal);
    } catch (const host::HostError &) {
      before_ = {};  // the run fails the same way, and says why
    }
    const host::RunRequest request = journal->run();
    const std::string check_text = dry_run(input_with_dry_run(request.input), false);
    const Json check = parse(check_text);
    if (check.value("status", "") != "completed") return report(check_text, check, {}, 0);
    check_max(check);
    if (!agreed(check, journal->path())) return declined();
    signals_.emplace(stop_);
    return drive(request, journal);
  }

  // Options that ask for a dry run. Anything but a boolean stays as it is, for the action to refuse.
  static Json with_dry_run(Json action) {
    if (!action.contains("dryRun") || action["dryRun"] == false) action["dryRun"] = true;
    return action;
  }

  // The input of a journal, as a dry run.
  std::string input_with_dry_run(const std::string &text) const {
    Json input = Json::parse(text, nullptr, false);
    if (!input.is_object()) throw BadInput(options_.resume + ": its input is not a JSON object");
    input["options"] = with_dry_run(input.value("options", Json::object()));
    return input.dump();
  }

  // What the action makes of the input, with nothing sent: its result's text. If a real run was asked for,
  // and ends here, the result says so.
  std::string dry_run(const std::string &input, bool asked_for) {
    const host::RunEnd end = host::run_action(module_, http_, {action_name, input, 0, 0}, host::RunOptions());
    if (!end.ok()) throw HostFailure(end.failure_text);
    if (asked_for) return end.result;
    auto result = nlohmann::ordered_json::parse(end.result, nullptr, false);
    if (result.is_object() && result.contains("dryRun")) result["dryRun"] = false;
    return result.dump();
  }

  static Json parse(const std::string &text) {
    Json result = Json::parse(text, nullptr, false);
    if (!result.is_object()) throw HostFailure("the module's result is not a JSON object");
    return result;
  }

  static uint64_t contacts_of(const Json &check) { return check.value("unique", uint64_t{0}); }

  // Throws BadInput: more contacts than --max.
  void check_max(const Json &check) const {
    const uint64_t contacts = contacts_of(check);
    if (!options_.max || contacts <= static_cast<uint64_t>(*options_.max)) return;
    throw BadInput("the input holds " + std::to_string(contacts) + " contacts, more than --max " +
                   std::to_string(*options_.max));
  }

  // Shows what is about to be done, and asks. False: the answer was no. Throws BadInput: there is nobody to
  // ask.
  bool agreed(const Json &check, const std::filesystem::path &journal) const {
    if (contacts_of(check) == 0) return true;
    std::fputs(preview_text(preview(check, journal), Colours(wants_colour(stderr))).c_str(), stderr);
    return options_.yes || confirm();
  }

  int declined() const {
    const char *text = options_.resume.empty() ? "Nothing was sent." : "Nothing more was sent.";
    std::fprintf(stderr, "%s\n", text);
    if (options_.json)
      std::printf("%s\n", failure_json(2, std::string("The answer was no. ") + text).c_str());
    return 2;
  }

  std::filesystem::path new_journal_path() {
    if (!options_.journal.empty()) return options_.journal;
    // An embedded sandbox ends with this process, so there is nothing to resume.
    if (sandbox_) return {};
    no_journal_ = state_directory_problem();
    if (!no_journal_.empty()) return {};
    return state_directory() /
           (std::to_string(unix_now_ms()) + "-" + std::to_string(::getpid()) + ".journal");
  }

  host::Journal new_journal(const std::filesystem::path &path, const host::RunRequest &request,
                            const std::string &note) const {
    try {
      return host::Journal::create(path, request, module_.description().sha256, http_.connections(), note);
    } catch (const host::HostError &error) {
      if (error.fault() != host::Fault::unreadable) throw;
      throw HostFailure(std::string(error.what()) +
                        "; nothing was sent. Name another file with --journal, or " +
                        "another folder with XDG_STATE_HOME");
    }
  }

  Preview preview(const Json &check, const std::filesystem::path &journal) const {
    Preview preview;
    preview.resumed = !options_.resume.empty();
    preview.contacts = contacts_of(check);
    preview.duplicates = check.value("duplicates", uint64_t{0});
    preview.invalid = check.value("invalid", uint64_t{0});
    preview.done = uint64_t{before_.progress.confirmed} + before_.progress.failed;
    preview.removed = before_.removed;
    preview.selection = selection(check);
    for (const Json &sequence : check.value("sequences", Json::array())) {
      preview.sequences += sequence.value("unique", uint64_t{0}) > 0 ? 1 : 0;
    }
    preview.server = connection().base_url();
    preview.sandbox = sandbox_ != nullptr;
    preview.key = key_kind(connection().key().reveal());
    preview.journal = journal.string();
    preview.no_journal = no_journal_;
    return preview;
  }

  Selection selection(const Json &check) const {
    return {columns_, sequence_counts(check), options_.verbose};
  }

  int drive(const host::RunRequest &request, std::optional<host::Journal> &journal) {
    ProgressBar bar(options_.quiet       ? ProgressStyle::none
                    : can_redraw(stderr) ? ProgressStyle::bar
                                         : ProgressStyle::lines);
    uint64_t removed = before_.removed;
    bool told_stopping = false;
    host::RunOptions run_options;
    run_options.stop = &stop_;
    run_options.journal = journal ? &*journal : nullptr;
    run_options.on_exchange = [&](const host::ExchangeReport &report) {
      if (report.response != nullptr) removed += removed_count(*report.response);
      if (!options_.verbose) return;
      bar.clear();
      std::fprintf(stderr, "%s\n", request_log_line(report).c_str());
    };
    run_options.on_progress = [&](const action_progress &progress) {
      if (stop_.stopping() && !std::exchange(told_stopping, true)) {
        bar.clear();
        std::fputs("Stopping: open requests have 5 s to finish; Ctrl-C again cancels them.\n", stderr);
      }
      bar.draw(progress, removed);
    };

    const host::RunEnd end = host::run_action(module_, http_, request, run_options);
    const int signal = signals_->signal();
    signals_->ignore_afterwards();
    bar.clear();
    if (!end.ok()) return report_failure(end, request, journal);

    last_failure_ = end.last_failure;
    const Json result = parse(end.result);
    std::string remaining_file;
    bool is_safe = true;  // nothing is lost if the journal is deleted
    const std::string remaining = remaining_text(result, request.input);
    if (exit_code(result, signal) != 0 && !remaining.empty()) {
      try {
        remaining_file = write_remaining(options_.remaining, state_directory(), remaining);
      } catch (const HostFailure &failure) {
        std::fprintf(stderr, "skipcall: the remaining contacts could not be kept: %s\n",
                     printable(failure.what()).c_str());
        if (!journal) std::fputs("Sending the whole input again is safe.\n", stderr);
        is_safe = false;
      }
    }
    const int code = report(end.result, result, remaining_file, signal);
    is_safe = is_safe && !is_report_lost_ && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (journal && is_safe) journal->remove();
    if (journal && !is_safe) {
      print_journal(*journal, "to get this result again");
    }
    return code;
  }

  // The module or this host failed: there is no account of the run, so all of the input remains.
  int report_failure(const host::RunEnd &end, const host::RunRequest &request,
                     const std::optional<host::Journal> &journal) {
    std::fprintf(stderr, "skipcall: %s\n",
                 host::harmless_text(end.failure_text, host::LineBreaks::kept).c_str());
    try {
      const auto file = write_remaining(options_.remaining, state_directory(), request.input + "\n");
      std::fprintf(stderr,
                   "All of the input is in %s; sending it again is safe:\n  skipcall remove-contacts %s\n",
                   printable(file.string()).c_str(), shell_word(file.string()).c_str());
    } catch (const HostFailure &failure) {
      std::fprintf(stderr, "skipcall: the remaining contacts could not be kept: %s\n",
                   printable(failure.what()).c_str());
    }
    if (journal) print_journal(*journal, "to resume the run");
    if (options_.json) std::printf("%s\n", failure_json(5, end.failure_text).c_str());
    return 5;
  }

  // Says where the journal is, and the command that resumes it. An embedded sandbox is gone by then, so there
  // is no command for its journal.
  void print_journal(const host::Journal &journal, const char *purpose) const {
    if (sandbox_) {
      std::fprintf(stderr, "The journal of the run is %s\n", printable(journal.path().string()).c_str());
      return;
    }
    std::string command = "skipcall remove-contacts --resume " + shell_word(journal.path().string());
    if (!options_.module.empty()) command += " --module " + shell_word(options_.module);
    if (options_.yes) command += " --yes";
    std::fprintf(stderr, "The journal of the run is kept; %s:\n  %s\n", purpose, command.c_str());
  }

  // Result: where the report was written; empty: nowhere.
  std::string write_report(const Json &result) {
    if (options_.report.empty()) return {};
    try {
      write_whole_file(options_.report, report_csv(list_, result));
      return options_.report;
    } catch (const HostFailure &failure) {
      std::fprintf(stderr, "skipcall: the report could not be kept: %s\n", printable(failure.what()).c_str());
      is_report_lost_ = true;
      return {};
    }
  }

  // Reports the end of a run. text: the result as the action wrote it. Result: the exit code.
  int report(const std::string &text, const Json &result, const std::string &remaining_file, int signal) {
    SummaryContext context;
    context.remaining_file = remaining_file;
    context.server = connection().base_url();
    context.sandbox = sandbox_ != nullptr;
    context.last_failure = last_failure_;
    if (result.value("dryRun", false)) context.selection = selection_text(selection(result));
    context.invalid = invalid_;
    if (result.value("status", "") == "failed") context.columns = columns_;
    context.all_invalid = options_.verbose;
    context.now_ms = unix_now_ms();
    std::FILE *stream = options_.json ? stderr : stdout;
    context.skip_invalid = options_.skip_invalid;
    context.report_file = write_report(result);
    if (options_.json) std::printf("%s\n", result_json(text, invalid_).c_str());
    std::fputs(summary_text(result, context, Colours(wants_colour(stream))).c_str(), stream);
    const int code = exit_code(result, signal);
    return is_report_lost_ && code == 0 ? 5 : code;
  }

  const RemoveOptions &options_;
  std::string last_failure_;  // of the run: see SummaryContext
  ContactList list_;
  std::vector<InvalidId>
      invalid_;  // with the places they were read from; a resumed run has them from its journal
  std::vector<FileColumns> columns_;
  Standing before_;  // of a resumed run
  host::Module module_;
  std::unique_ptr<EmbeddedSandbox> sandbox_;
  host::HttpClient http_;
  std::string no_journal_;  // why there is none
  bool is_report_lost_ = false;
  host::StopRequest stop_;
  // From before the first file is made until after the last is written.
  std::optional<SignalGuard> signals_;
};

// Throws BadInput: the file exists, or its folder does not.
void check_new_file(const char *option, const std::filesystem::path &file) {
  if (file.empty()) return;
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(file, error))) {
    throw BadInput(file.string() + ": already exists; " + option + " needs the name of a new file");
  }
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!std::filesystem::is_directory(folder, error)) {
    throw BadInput(std::string(option) + ": there is no folder " + folder.string());
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw BadInput(std::string(option) + ": the folder " + folder.string() +
                   " cannot be written: " + std::strerror(errno));
  }
}

}  // namespace

int remove_contacts(const RemoveOptions &options) {
  if (options.lists_journals) return list_journals(state_directory());
  check_resume(options);
  check_new_file("--remaining", options.remaining);
  check_new_file("--report", options.report);
  if (!options.report.empty() && options.report == options.remaining) {
    throw BadInput("--report and --remaining name the same file");
  }
  return Command(options).run();
}

}  // namespace skipcall::cli
