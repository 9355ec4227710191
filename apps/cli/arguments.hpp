// What the command line's parser accepts and should not.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace skipcall::cli {

// Throws BadInput: "--option=" without a value, for which the parser would take the next word; an empty word,
// which an unset shell variable gives.
void check_words(int count, const char *const *words);

// The words for the parser, the last first: "help", "help COMMAND" and "version" mean what they do in most
// programs.
std::vector<std::string> usual_words(int count, const char *const *words);

// What is wrong with a command line that the parser refused, in the form of all errors here.
std::string parse_error_text(const CLI::App &app, const CLI::ParseError &error);

}  // namespace skipcall::cli
