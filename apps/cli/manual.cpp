#include "manual.hpp"

#include <CLI/CLI.hpp>
#include <sstream>
#include <vector>

#include "command_tree.hpp"

namespace skipcall::cli {
namespace {

// Text for a page: troff interprets a backslash, a minus as a hyphen, and a dot or quote at the beginning of
// a line.
std::string text_of(const std::string &text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
      out += c;
    }
  }
  return out;
}

// A footer consists of paragraphs, and of tables or examples, whose lines begin with two spaces and stay as
// they are.
std::string paragraphs(const std::string &footer) {
  std::string out;
  std::istringstream lines(footer);
  bool listing = false;
  for (std::string line; std::getline(lines, line);) {
    const bool is_listed = line.starts_with("  ");
    if (is_listed != listing) out += is_listed ? ".nf\n" : ".fi\n";
    listing = is_listed;
    out += line.empty() ? ".PP\n" : text_of(line) + "\n";
  }
  return out + (listing ? ".fi\n" : "");
}

std::string options_of(const CommandWord &command) {
  std::string out;
  std::string group;
  for (const OptionWord &option : command.options) {
    if (option.group != group && option.group != "Options") out += ".PP\n" + text_of(option.group) + ":\n";
    group = option.group;
    std::string names;
    for (const std::string &name : option.names)
      names += (names.empty() ? "\\fB" : ", \\fB") + text_of(name) + "\\fR";
    if (option.takes_value) names += " \\fI" + text_of(option.value_name) + "\\fR";
    out += ".TP\n" + names + "\n" + text_of(option.description) + "\n";
  }
  return out;
}

}  // namespace

std::string manual_page(const CLI::App &app, const std::string &version) {
  std::string out =
      ".TH SKIPCALL 1 \"\" \"skipcall " + text_of(version) + "\"\n.SH NAME\nskipcall \\- " +
      text_of(app.get_description()) +
      "\n.SH SYNOPSIS\n.B skipcall\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIFILE\\fR...]\n.SH COMMANDS\n";
  const std::vector<CommandWord> commands = command_tree(app);
  for (const CommandWord &command : commands) {
    out += ".SS \\fBskipcall " + text_of(command.name) + "\\fR [OPTIONS]" + text_of(command.usage) + "\n" +
           text_of(command.description) + ".\n" + options_of(command);
    if (!command.footer.empty()) out += ".PP\n" + paragraphs(command.footer);
  }
  return out;
}

}  // namespace skipcall::cli
