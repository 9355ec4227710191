#include "list_line.hpp"

#include <algorithm>

#include "characters.hpp"
#include "contact_list.hpp"
#include "contact_tables.hpp"
#include "input_text.hpp"

namespace skipcall::cli {
namespace {

// How long the bullet is that a line begins with; 0: there is none.
size_t bullet_size(std::string_view line) {
  for (const std::string_view bullet : tables::bullets()) {
    if (line.starts_with(bullet)) return bullet.size();
  }
  const size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  const bool is_number = digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')');
  return is_number ? digits + 1 : 0;
}

}  // namespace

ListLine list_line(std::string_view line) {
  line = trimmed(line);
  const size_t size = bullet_size(line);
  const std::string_view behind = line.substr(size);
  const std::string_view rest = trimmed(behind);
  if (size == 0 || rest.size() == behind.size()) return {"", line};
  const bool is_number = line.front() >= '0' && line.front() <= '9';
  return {is_number ? "1." : line.substr(0, size), rest};
}

std::vector<std::string_view> ids_of_only_line(std::string_view text) {
  constexpr std::string_view between = ",; ";
  std::vector<std::string_view> ids;
  text = trimmed(text);
  std::string_view line = trimmed(take_line(text));
  if (!text.empty()) return {};
  while (!line.empty()) {
    const size_t end = std::min(line.find_first_of(between), line.size());
    if (!is_lone_id(line.substr(0, end))) return {};
    ids.push_back(line.substr(0, end));
    line.remove_prefix(std::min(line.find_first_not_of(between, end), line.size()));
  }
  return ids.size() > 1 ? ids : std::vector<std::string_view>();
}

bool is_id_list(std::string_view text) {
  std::string_view rest = trimmed(text);
  return is_lone_id(list_line(take_line(rest)).rest) || !ids_of_only_line(text).empty();
}

}  // namespace skipcall::cli
