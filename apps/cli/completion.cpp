#include "completion.hpp"

#include <fmt/format.h>

#include <vector>

#include "command_tree.hpp"
#include "failure.hpp"

namespace skipcall::cli {
namespace {

std::string joined(const std::vector<std::string> &words) {
  std::string text;
  for (const std::string &word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> names_of(const std::vector<CommandWord> &commands) {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const CommandWord &command : commands) names.push_back(command.name);
  return names;
}

// A word in single quotes, as all three shells read it.
std::string quoted(const std::string &text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string bash(const std::vector<CommandWord> &commands) {
  std::string cases;
  std::string values;
  for (const CommandWord &command : commands) {
    std::vector<std::string> words;
    for (const OptionWord &option : command.options) {
      words.insert(words.end(), option.names.begin(), option.names.end());
      if (!option.choices.empty()) {
        values += "    " + command.name + ":" + option.names.back() +
                  ") words=" + quoted(joined(option.choices)) + " ;;\n";
      } else if (option.takes_value && !option.takes_file) {
        values += "    " + command.name + ":" + option.names.back() + ") return ;;\n";
      }
    }
    words.insert(words.end(), command.choices.begin(), command.choices.end());
    cases += "    " + command.name + ") words=" + quoted(joined(words)) + " ;;\n";
  }
  return "# bash completion of skipcall\n"
         "_skipcall() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=''\n"
         "  COMPREPLY=()\n"
         "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W " +
         quoted(joined(names_of(commands)) + " --help --version") +
         " -- \"$current\")\n"
         "    return\n"
         "  fi\n"
         "  case ${COMP_WORDS[1]}:$before in\n" +
         values +
         "    *) ;;\n"
         "  esac\n"
         "  if [ -z \"$words\" ]; then\n"
         "    case ${COMP_WORDS[1]} in\n" +
         cases +
         "      *) ;;\n"
         "    esac\n"
         "    case $current in\n"
         "      -*) ;;\n"
         "      *) mapfile -t COMPREPLY < <(compgen -f -- \"$current\") ;;\n"
         "    esac\n"
         "  fi\n"
         "  mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "}\n"
         "complete -o filenames -F _skipcall skipcall\n";
}

// In a description, zsh interprets brackets and colons.
std::string zsh_text(const std::string &text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh(const std::vector<CommandWord> &commands) {
  std::string list;
  std::string cases;
  for (const CommandWord &command : commands) {
    list += "    " + quoted(command.name + ":" + zsh_text(command.description)) + "\n";
    cases += "    " + command.name + ") _arguments -s";
    for (const OptionWord &option : command.options) {
      std::string value;
      if (!option.choices.empty()) {
        value = ":" + option.value_name + ":(" + joined(option.choices) + ")";
      } else if (option.takes_value) {
        value = ":" + option.value_name + (option.takes_file ? ":_files" : ": ");
      }
      for (const std::string &name : option.names)
        cases += " \\\n      " + quoted(fmt::format("{}[{}]{}", name, zsh_text(option.description), value));
    }
    if (!command.choices.empty())
      cases += " \\\n      " + quoted("1:value:(" + joined(command.choices) + ")");
    else if (command.takes_files)
      cases += " \\\n      '*:file:_files'";
    cases += " ;;\n";
  }
  return "#compdef skipcall\n"
         "_skipcall() {\n"
         "  local -a commands=(\n" +
         list +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case ${words[1]} in\n" +
         cases +
         "  esac\n"
         "}\n"
         // As a file in fpath it is called at once; `source` only declares it.
         "if [ \"${funcstack[1]}\" = _skipcall ]; then _skipcall \"$@\"; else compdef _skipcall skipcall; fi\n";
}

std::string fish(const std::vector<CommandWord> &commands) {
  std::string text = "# fish completion of skipcall\n";
  for (const CommandWord &command : commands) {
    text += "complete -c skipcall -n __fish_use_subcommand -f -a " + command.name + " -d " +
            quoted(command.description) + "\n";
  }
  for (const CommandWord &command : commands) {
    const std::string start = "complete -c skipcall -n '__fish_seen_subcommand_from " + command.name + "'";
    for (const OptionWord &option : command.options) {
      text += start;
      for (const std::string &name : option.names)
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (!option.choices.empty()) {
        text += " -x -a " + quoted(joined(option.choices));
      } else if (option.takes_value) {
        text += option.takes_file ? " -r" : " -x";
      }
      text += " -d " + quoted(option.description) + "\n";
    }
    if (!command.choices.empty()) text += start + " -f -a " + quoted(joined(command.choices)) + "\n";
  }
  return text;
}

}  // namespace

std::string completion(const CLI::App &app, const std::string &shell) {
  const std::vector<CommandWord> commands = command_tree(app);
  if (shell == "bash") return bash(commands);
  if (shell == "zsh") return zsh(commands);
  if (shell == "fish") return fish(commands);
  throw BadInput("completion: there is none for '" + shell + "'; use bash, zsh or fish");
}

}  // namespace skipcall::cli
