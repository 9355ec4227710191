// The arguments of `skipcall remove-contacts`.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "contact_list.hpp"

namespace CLI {
class App;
}

namespace skipcall::cli {

struct RemoveOptions {
  std::vector<std::string> files;  // "-": standard input
  std::string sequence;
  std::vector<std::string> ids;
  std::string format = "auto";
  std::string columns;

  // Options of the action; if not given, the action's own default applies.
  std::optional<int64_t> concurrency, batch_size, max_attempts, leave_remaining;
  std::string timeout, max_stall, max_duration;
  bool skip_invalid = false;
  bool dry_run = false;

  bool yes = false;
  std::optional<int64_t> max;
  bool json = false;
  bool verbose = false;
  bool quiet = false;
  bool sandbox = false;
  std::string sandbox_data;
  std::string journal;
  std::string resume;
  bool lists_journals = false;  // --resume without a name
  std::string report;
  std::string remaining;
  std::string module;
};

// Declares the arguments on `command`, with help and examples. options: filled when the command line is
// parsed; lent for the life of `command`.
void declare_remove_options(CLI::App &command, RemoveOptions &options);

// Throws BadInput: --resume together with an argument that would have no effect, since a resumed run takes
// its input and the options of its action from its journal.
void check_resume(const RemoveOptions &options);

// Reads all files and ids that `options` names. Throws BadInput; see the readers of the formats.
ContactList read_contacts(const RemoveOptions &options);

// Throws BadInput: an option has a value outside what the action's input schema in `manifest` allows.
void check_ranges(const RemoveOptions &options, const nlohmann::json &manifest);

// The action's options: those of the input, overridden by those of the command line. Throws BadInput: not a
// time span. The action checks ranges.
nlohmann::json action_options(const RemoveOptions &options, const nlohmann::json &of_input);

}  // namespace skipcall::cli
