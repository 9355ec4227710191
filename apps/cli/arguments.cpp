#include "arguments.hpp"

#include <algorithm>
#include <string_view>

#include "failure.hpp"

namespace skipcall::cli {

void check_words(int count, const char *const *words) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--") return;
    if (word.starts_with('-') && word.find('=') == word.size() - 1) {
      throw BadInput(std::string(word) + " has no value; is a variable empty?");
    }
  }
}

void check_values(const CLI::App &command) {
  for (const CLI::Option *option : command.get_options()) {
    const auto &values = option->results();
    if (option->count() == 0 || option->get_items_expected_max() == 0) continue;
    if (std::any_of(values.begin(), values.end(), [](const std::string &value) { return value.empty(); })) {
      throw BadInput(option->get_name() + " has an empty value; is a variable empty?");
    }
  }
}

}  // namespace skipcall::cli
