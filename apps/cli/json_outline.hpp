// What a JSON text is, seen from outside.
#pragma once

#include <string>

#include "input_text.hpp"

namespace skipcall::cli {

struct JsonOutline {
  bool is_rows = false;  // a list, rows one after another or one row alone; otherwise the action's own form
  // The key of the one list of rows inside of an object, such as "data"; empty: they are not inside of one.
  std::string list;
};

// Throws BadInput: beside such a list there is another one, or something that could be of sequences or contacts or
// say which are meant.
JsonOutline json_outline(const InputText &input);

}  // namespace skipcall::cli
