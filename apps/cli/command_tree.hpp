#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace skipcall::cli {

struct OptionWord {
  std::vector<std::string> names;  // "-y", "--yes"; the long ones last
  std::string description;
  std::string group;
  std::string value_name;            // "FILE"; "" without a value
  std::vector<std::string> choices;  // the allowed values, if they are listed
  bool takes_value = false;
  bool takes_file = false;
};

struct CommandWord {
  std::string name;
  std::string description;
  std::string footer;
  std::string usage;  // of the words that are not options, such as "[FILE...]"
  std::vector<OptionWord> options;
  std::vector<std::string> choices;  // of the first word that is not an option, if they are listed
  bool takes_files = false;
};

// What CLI11 knows about the commands of `app`, in order: the source of completions and of the manual page.
std::vector<CommandWord> command_tree(const CLI::App &app);

}  // namespace skipcall::cli
