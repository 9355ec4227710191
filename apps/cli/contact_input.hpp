// Reads one input, whatever its format.
#pragma once

#include <string>

#include "contact_columns.hpp"
#include "contact_list.hpp"
#include "input_text.hpp"

namespace skipcall::cli {

// Adds the contacts of an input to `list`. format: automatic for what detect_format says. sequence: for an
// input that names none, from checked_sequence; else empty. Throws BadInput; see the readers of the formats.
void read_contact_input(const InputText &input, InputFormat format, const ColumnNames &columns,
                        const std::string &sequence, ContactList &list);

}  // namespace skipcall::cli
