// Reads JSON that is a sheet: a list of rows, of n8n's items or of ids, or a row on each line.
#pragma once

#include "contact_columns.hpp"
#include "contact_list.hpp"
#include "input_text.hpp"

namespace skipcall::cli {

// Adds the rows to `list`. wrapper: the key of their list if it is inside of an object. The keys of rows are columns, chosen as a CSV file's are; a row of an n8n item is
// its "json". A list of ids needs `sequence`. Rows of the form {"sequenceId", "contactIds": [...]} are
// removals. Throws BadInput: see choose_columns; not JSON; rows of different kinds; a repeated key; a
// sequence that is not a plain value.
void read_json_rows(const InputText &input, const std::string &wrapper, const ColumnNames &columns,
                    const std::string &sequence, ContactList &list);

}  // namespace skipcall::cli
