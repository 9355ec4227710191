// contact_csv.hpp: reads CSV files with a header line.
#pragma once

#include <string>
#include <string_view>

#include "contact_list.hpp"
#include "input_text.hpp"

namespace skipcall::cli {

// The columns to read, by the names in the header line; empty: found by their usual names.
struct CsvColumns {
  std::string sequence;
  std::string contact;
};

// Reads "sequence=NAME,contact=NAME", either part alone too. Throws BadInput on anything else.
CsvColumns parse_columns(const std::string &text);

// True when `name` is one of the usual names of the contact or sequence column, whatever its case: contactId,
// contact_id, "Contact ID", contact, id, uuid; sequenceId, sequence_id, "Sequence ID", sequence.
bool is_column_name(std::string_view name);

// Adds the rows of a CSV text to `list`. The delimiter (comma, semicolon or tab) is found in the header line.
// Wholly blank rows are skipped; a blank contact cell is kept as an empty, invalid id. `sequence`: for a file
// without a sequence column, else empty. Rows are named by the line they begin at.
// Throws BadInput: a column is missing or named twice (lists the columns found); a sequence column beside
// `sequence`; broken quotes; cells right of the last column; a sequence id that is not UTF-8.
void read_contact_csv(const InputText &input, const CsvColumns &columns, const std::string &sequence,
                      ContactList &list);

}  // namespace skipcall::cli
