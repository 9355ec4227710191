#include "command_tree.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <functional>
#include <string_view>

namespace skipcall::cli {
namespace {

// The values of CLI::IsMember, which describes itself as "NAME:{a,b,c}" after the type's name.
std::vector<std::string> choices_of(const std::string &type) {
  std::vector<std::string> choices;
  const size_t open = type.find('{');
  if (open == type.npos) return choices;
  std::string word;
  for (const char c : std::string_view(type).substr(open + 1)) {
    if (c != ',' && c != '}') {
      word += c;
      continue;
    }
    choices.push_back(word);
    word.clear();
    if (c == '}') break;
  }
  return choices;
}

bool names_a_file(std::string_view value) {
  return value == "FILE" || value == "JOURNAL" || value == "[JOURNAL]" || value == "ID=FILE" ||
         value == "MODULE";
}

OptionWord option_word(const CLI::Option &option) {
  OptionWord word;
  for (const std::string &name : option.get_snames()) word.names.push_back("-" + name);
  for (const std::string &name : option.get_lnames()) word.names.push_back("--" + name);
  word.description = option.get_description();
  word.group = option.get_group();
  const std::string type = option.get_type_name();
  word.choices = choices_of(type);
  word.takes_value = option.get_expected_max() > 0 && option.get_type_size_max() > 0;
  if (word.takes_value) word.value_name = type.substr(0, type.find(':'));
  word.takes_file = word.takes_value && names_a_file(word.value_name);
  return word;
}

CommandWord command_word(const CLI::App &command) {
  CommandWord word;
  word.name = command.get_name();
  word.description = command.get_description();
  word.footer = command.get_footer();
  for (const CLI::Option *option : command.get_options()) {
    if (option->nonpositional()) {
      word.options.push_back(option_word(*option));
      continue;
    }
    const std::string name = option->get_name();
    const std::string dots = option->get_expected_max() > 1 ? "..." : "";
    const bool required = option->get_required();
    word.usage += fmt::format(" {}{}{}{}", required ? "" : "[", name, dots, required ? "" : "]");
    if (word.choices.empty()) word.choices = choices_of(option->get_type_name());
    word.takes_files = word.takes_files || names_a_file(name);
  }
  return word;
}

}  // namespace

std::vector<CommandWord> command_tree(const CLI::App &app) {
  std::vector<CommandWord> commands;
  for (const CLI::App *command : app.get_subcommands(std::function<bool(const CLI::App *)>()))
    commands.push_back(command_word(*command));
  return commands;
}

}  // namespace skipcall::cli
