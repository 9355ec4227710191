// A line of a plain list of ids.
#pragma once

#include <string_view>
#include <vector>

namespace skipcall::cli {

struct ListLine {
  std::string_view bullet;  // "-", "•"; "1." of any number; empty: it has none
  std::string_view rest;
};

// Of a line of "- id" or "1. id".
ListLine list_line(std::string_view line);

// The ids of a text that is one line with several, and commas, semicolons or blanks between. Empty: it is not.
std::vector<std::string_view> ids_of_only_line(std::string_view text);

// Whether the first line makes a text a list: it is one id, perhaps behind a bullet, or all there is, and several.
bool is_id_list(std::string_view text);

}  // namespace skipcall::cli
