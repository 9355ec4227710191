// Reads CSV files with a header line.
#pragma once

#include <string>

#include "contact_columns.hpp"
#include "contact_list.hpp"
#include "input_text.hpp"

namespace skipcall::cli {

// Adds the rows of a CSV text to `list`. The delimiter (comma, semicolon or tab) is found in the header line.
// Blank rows are skipped; a blank contact cell is kept as an empty, invalid id. `sequence`: for a file
// without a sequence column, else empty. A row's place is the line where it begins. Throws BadInput: see
// choose_columns; broken quotes, or a quoted cell that holds a row; cells beyond the last column; a sequence
// id that cannot be one.
void read_contact_csv(const InputText &input, const ColumnNames &columns, const std::string &sequence,
                      ContactList &list);

// Whether one of the first lines has names of columns that are known, with any delimiter: there may be a title
// above it.
bool has_csv_header(std::string_view text);

}  // namespace skipcall::cli
