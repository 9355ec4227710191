#include "remove_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <utility>

#include "contact_input.hpp"
#include "duration.hpp"
#include "failure.hpp"
#include "input_text.hpp"

namespace skipcall::cli {
namespace {

constexpr const char *examples = R"(Input:
  lines   one contact id each; needs --sequence
  CSV     with a header line; columns sequenceId and contactId, or see --columns
  JSON    {"sequenceId": "...", "contactIds": [...]} or {"removals": [...]}

The API key is read from SKIPCALL_API_KEY, or from the file that SKIPCALL_API_KEY_FILE names; the server from
SKIPCALL_BASE_URL. Removing a contact that is not in the sequence does nothing, so running again is safe.

TIME is written 500ms, 30s, 5m or 2h; a number alone means seconds.

Examples:
  skipcall remove-contacts contacts.csv --dry-run
  skipcall remove-contacts contacts.csv --sandbox
  skipcall remove-contacts ids.txt --sequence spring
  grep -v keep ids.txt | skipcall remove-contacts - --sequence spring --yes
  skipcall remove-contacts --sequence spring --id 123e4567-e89b-12d3-a456-426614174000

Exit codes: 0 completed; 1 nothing confirmed, the summary says whether to try again; 2 bad input or usage;
3 partly done; 4 key not accepted; 5 module or host failed; 130, 143, 129 stopped by Ctrl-C, SIGTERM, SIGHUP.)";

// `--sequence $EMPTY contacts.csv` makes the file name the sequence. Throws BadInput.
void check_is_no_file(const std::string &sequence) {
  const std::string ending = std::filesystem::path(sequence).extension().string();
  std::error_code error;
  if (ending.empty() || !std::filesystem::is_regular_file(sequence, error)) return;
  throw BadInput("--sequence " + sequence +
                 ": is a file; is a variable empty that should hold the sequence?");
}

}  // namespace

void declare_remove_options(CLI::App &command, RemoveOptions &options) {
  command.footer(examples);
  const auto group = [&](const char *name, std::initializer_list<CLI::Option *> members) {
    for (CLI::Option *member : members) member->group(name);
  };
  group(
      "Input",
      {command.add_option("FILE", options.files, "Files of contact ids; - is standard input")->type_name(""),
       command.add_option("--sequence", options.sequence, "The sequence for ids that come without one")
           ->type_name("ID"),
       command.add_option("--id", options.ids, "Contact ids: all the words that follow; needs --sequence")
           ->type_name("ID"),
       command.add_option("--format", options.format, "auto, lines, csv or json")
           ->check(CLI::IsMember({"auto", "lines", "csv", "json"}))
           ->type_name("FORMAT"),
       command.add_option("--columns", options.columns, "Columns of CSV files: sequence=NAME,contact=NAME")
           ->type_name("COLUMNS"),
       command.add_flag("--skip-invalid", options.skip_invalid,
                        "Report invalid ids, and remove the others")});
  group("Safety",
        {command.add_flag("--dry-run", options.dry_run, "Check and count, send nothing; needs no key"),
         command.add_flag("-y,--yes", options.yes, "Do not ask"),
         command.add_option("--max", options.max, "Refuse to remove more than N contacts")->type_name("N"),
         command.add_flag("--sandbox", options.sandbox, "Use the built-in stand-in for the server"),
         command.add_option("--sandbox-data", options.sandbox_data, "The data of the sandbox")
             ->type_name("FILE")
             ->needs("--sandbox")});
  group("Pace",
        {command.add_option("--concurrency", options.concurrency, "Maximum number of open requests (6)")
             ->type_name("N"),
         command.add_option("--batch-size", options.batch_size, "Contacts per request (100)")->type_name("N"),
         command
             .add_option("--leave-remaining", options.leave_remaining,
                         "Share of each rate window left for others (5 %)")
             ->type_name("N"),
         command
             .add_option("--max-attempts", options.max_attempts,
                         "Attempts per batch, and consecutive failures that end the run (5)")
             ->type_name("N"),
         command.add_option("--timeout", options.timeout, "For one request, 1s to 10m (30s)")
             ->type_name("TIME"),
         command.add_option("--max-stall", options.max_stall, "Longest time without progress (5m)")
             ->type_name("TIME"),
         command.add_option("--max-duration", options.max_duration, "For the whole run (no limit)")
             ->type_name("TIME")});
  group(
      "Output and recovery",
      {command.add_flag("--json", options.json,
                        "Print the result as JSON, and only that, on standard output"),
       command.add_flag("-v,--verbose", options.verbose, "Log requests, with their ids, on standard error"),
       command.add_flag("-q,--quiet", options.quiet, "No progress on standard error"),
       command.add_option("--report", options.report, "A new CSV file: the outcome of each row of the input")
           ->type_name("FILE"),
       command.add_option("--remaining", options.remaining, "A new file for contacts that were not removed")
           ->type_name("FILE"),
       command.add_option("--journal", options.journal, "A new file for the journal of the run")
           ->type_name("FILE"),
       command
           .add_option("--resume", options.resume,
                       "Resume a run that was interrupted; without a name, list the journals")
           ->type_name("[JOURNAL]")
           ->expected(0, 1),
       command.add_option("--module", options.module, "The WebAssembly module; else SKIPCALL_MODULE")
           ->type_name("FILE")});
}

void check_resume(const RemoveOptions &options) {
  if (options.resume.empty()) return;
  const std::initializer_list<std::pair<const char *, bool>> arguments = {
      {"files", !options.files.empty()},
      {"--sequence", !options.sequence.empty()},
      {"--id", !options.ids.empty()},
      {"--format", options.format != "auto"},
      {"--columns", !options.columns.empty()},
      {"--skip-invalid", options.skip_invalid},
      {"--dry-run", options.dry_run},
      {"--sandbox", options.sandbox},
      {"--concurrency", options.concurrency.has_value()},
      {"--batch-size", options.batch_size.has_value()},
      {"--leave-remaining", options.leave_remaining.has_value()},
      {"--max-attempts", options.max_attempts.has_value()},
      {"--timeout", !options.timeout.empty()},
      {"--max-stall", !options.max_stall.empty()},
      {"--max-duration", !options.max_duration.empty()},
      {"--journal", !options.journal.empty()}};
  for (const auto &[name, is_given] : arguments) {
    if (!is_given) continue;
    throw BadInput(
        std::string("--resume continues with the input and the options of that run, so it takes no ") + name);
  }
}

ContactList read_contacts(const RemoveOptions &options) {
  if (options.files.empty() && options.ids.empty()) {
    throw BadInput("no input: name a file, - for standard input, or ids with --id");
  }
  if (!options.ids.empty() && options.sequence.empty()) {
    throw BadInput("--id needs --sequence: which sequence are the contacts to be removed from?");
  }
  if (std::count(options.files.begin(), options.files.end(), "-") > 1) {
    throw BadInput("standard input can be read only once");
  }
  const std::string sequence = checked_sequence(options.sequence, "--sequence");
  if (sequence.empty() && !options.sequence.empty()) throw BadInput("--sequence is blank");
  check_is_no_file(options.sequence);
  const ColumnNames columns = parse_columns(options.columns);
  ContactList list;
  for (const std::string &file : options.files) {
    const InputFormat format = options.format == "lines"  ? InputFormat::lines
                               : options.format == "csv"  ? InputFormat::csv
                               : options.format == "json" ? InputFormat::json
                                                          : InputFormat::automatic;
    read_contact_input(read_input(file), format, columns, sequence, list);
  }
  if (!options.ids.empty()) {
    const uint32_t source = list.add_source("--id");
    uint32_t number = 0;
    for (const std::string &id : options.ids) {
      std::error_code error;
      if (std::filesystem::is_regular_file(id, error)) {
        throw BadInput("--id " + id + ": is a file; --id takes all that follows, so name files before it");
      }
      list.add(sequence, id, {source, ++number});
    }
  }
  return list;
}

void check_ranges(const RemoveOptions &options, const nlohmann::json &manifest) {
  if (options.max && *options.max < 0) throw BadInput("--max must be 0 or more");
  const nlohmann::json::json_pointer of_options("/actions/0/input/schema/properties/options/properties");
  if (!manifest.contains(of_options)) return;
  const nlohmann::json &schema = manifest.at(of_options);
  const nlohmann::json given = action_options(options, nlohmann::json::object());
  for (const auto &[member, option] :
       std::initializer_list<std::pair<const char *, const char *>>{{"concurrency", "--concurrency"},
                                                                    {"batchSize", "--batch-size"},
                                                                    {"maxAttempts", "--max-attempts"},
                                                                    {"leaveRemaining", "--leave-remaining"},
                                                                    {"requestTimeoutMs", "--timeout"},
                                                                    {"maxStallMs", "--max-stall"},
                                                                    {"maxDurationMs", "--max-duration"}}) {
    if (!given.contains(member) || !schema.contains(member)) continue;
    const auto least = schema[member].value("minimum", int64_t{0});
    const auto most = schema[member].value("maximum", INT64_MAX);
    const auto value = given[member].get<int64_t>();
    if (value >= least && value <= most) continue;
    const bool is_time = std::string_view(member).ends_with("Ms");
    const auto text = [&](int64_t number) {
      return is_time ? short_duration(static_cast<uint64_t>(number)) : std::to_string(number);
    };
    throw BadInput(std::string(option) + " must be from " + text(least) + " to " + text(most));
  }
}

nlohmann::json action_options(const RemoveOptions &options, const nlohmann::json &of_input) {
  nlohmann::json merged = of_input;
  const auto set_number = [&](const char *name, const std::optional<int64_t> &value) {
    if (value) merged[name] = *value;
  };
  const auto set_duration = [&](const char *name, const char *option, const std::string &value) {
    if (!value.empty()) merged[name] = parse_duration_ms(option, value);
  };
  set_number("concurrency", options.concurrency);
  set_number("batchSize", options.batch_size);
  set_number("maxAttempts", options.max_attempts);
  set_number("leaveRemaining", options.leave_remaining);
  set_duration("requestTimeoutMs", "--timeout", options.timeout);
  set_duration("maxStallMs", "--max-stall", options.max_stall);
  set_duration("maxDurationMs", "--max-duration", options.max_duration);
  if (options.skip_invalid) merged["onInvalid"] = "skip";
  if (options.dry_run) merged["dryRun"] = true;
  return merged;
}

}  // namespace skipcall::cli
