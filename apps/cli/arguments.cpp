#include "arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "failure.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

// How many letters have to be added, removed or replaced to turn one word into the other.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t exchanged = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, exchanged}));
    }
  }
  return row.back();
}

// "; did you mean --timeout?", or nothing.
std::string proposal(const std::string &word, const std::vector<std::string> &names) {
  const std::string *nearest = nullptr;
  const size_t letters = word.size() - std::min(word.find_first_not_of('-'), word.size());
  size_t least = std::min<size_t>(3, letters / 2) + 1;
  for (const std::string &name : names) {
    const size_t away = name.starts_with(word) && word.size() > 3 ? 1 : distance(word, name);
    if (away < least) nearest = &name;
    least = std::min(least, away);
  }
  return nearest == nullptr ? "" : "; did you mean " + *nearest + "?";
}

std::string unexpected_text(const CLI::App &app, const CLI::App &command) {
  const std::vector<std::string> words = app.remaining(true);
  const std::string word = words.empty() ? "" : words.front().substr(0, words.front().find('='));
  if (!word.starts_with('-')) return in_quotes(word) + " is one argument too many";
  if (word == "--key" || word == "--api-key") {
    return "there is no option " + word +
           ": every user can see arguments. Put the key into SKIPCALL_API_KEY, or name its file in "
           "SKIPCALL_API_KEY_FILE";
  }
  std::vector<std::string> names;
  for (const CLI::Option *option : command.get_options()) {
    for (const std::string &name : option->get_lnames()) names.push_back("--" + name);
  }
  return "there is no option " + printable(word) + proposal(word, names);
}

}  // namespace

std::string parse_error_text(const CLI::App &app, const CLI::ParseError &error) {
  const auto parsed = app.get_subcommands();
  const CLI::App &command = parsed.empty() ? app : *parsed.front();
  const std::string help = "\nRun 'skipcall " + (parsed.empty() ? "" : command.get_name() + " ") + "--help'.";
  const std::vector<std::string> words = app.remaining();
  if (parsed.empty() && !words.empty() && !words.front().starts_with('-')) {
    std::vector<std::string> names;
    for (const CLI::App *each : app.get_subcommands(std::function<bool(const CLI::App *)>()))
      names.push_back(each->get_name());
    return "there is no command " + in_quotes(words.front()) + proposal(words.front(), names) + help;
  }
  if (dynamic_cast<const CLI::ExtrasError *>(&error) != nullptr) return unexpected_text(app, command) + help;
  const std::string text = error.what();
  constexpr std::string_view conversion = "Could not convert: ";
  if (const size_t equals = text.find(" = "); text.starts_with(conversion) && equals != text.npos) {
    const std::string name = text.substr(conversion.size(), equals - conversion.size());
    const CLI::Option *option = command.get_option_no_throw(name);
    if (option != nullptr && option->get_expected_max() == 0) return name + " takes no value" + help;
    return name + ": " + in_quotes(text.substr(equals + 3)) + " is not a whole number" + help;
  }
  if (dynamic_cast<const CLI::ArgumentMismatch *>(&error) != nullptr && text.find("t Most") != text.npos)
    return text.substr(0, text.find(':')) + " was given more than once" + help;
  if (text.find("1 required") != text.npos) return text.substr(0, text.find(':')) + " needs a value" + help;
  if (parsed.empty() && text.find("subcommand is required") != text.npos)
    return "no command was given" + help;
  return text + help;
}

void check_words(int count, const char *const *words) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--") return;
    if (word.empty()) {
      const std::string_view before = words[i - 1];
      throw BadInput((i > 1 && before.starts_with('-') ? std::string(before) + " has an empty value"
                                                       : std::string("an argument is empty")) +
                     "; is a variable empty?");
    }
    if (word.starts_with('-') && word.find('=') == word.size() - 1) {
      throw BadInput(std::string(word) + " has no value; is a variable empty?");
    }
  }
}

std::vector<std::string> usual_words(int count, const char *const *words) {
  std::vector<std::string> usual(words + std::min(1, count), words + count);
  if (!usual.empty() && usual.front() == "version") usual.front() = "--version";
  if (!usual.empty() && usual.front() == "help") {
    usual.erase(usual.begin());
    usual.push_back("--help");
  }
  std::reverse(usual.begin(), usual.end());
  return usual;
}

}  // namespace skipcall::cli
