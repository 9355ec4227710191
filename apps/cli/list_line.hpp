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

// The ids of a line on which there are several, with commas, semicolons or blanks between. Empty: there is something
// else, or only one.
std::vector<std::string_view> ids_of_line(std::string_view line);

// Whether the first line makes a text a list: it is one id, perhaps behind a bullet, or all there is, and several.
bool is_id_list(std::string_view text);

}  // namespace skipcall::cli
