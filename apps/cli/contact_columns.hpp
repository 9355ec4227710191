// Which column of a sheet holds the contacts and which the sequences (apps/contact-files/README.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skipcall::cli {

// The columns to read, by their names in the header line; empty: found by their usual names.
struct ColumnNames {
  std::string sequence;
  std::string contact;
};

// Reads "sequence=NAME,contact=NAME", or either part alone; a name may hold commas. Throws BadInput on
// anything else.
ColumnNames parse_columns(const std::string &text);

struct ChosenColumns {
  size_t contact;
  std::optional<size_t> sequence;
  std::vector<size_t>
      nameless{};  // beside one sequence for the whole file: check_nameless looks at their cells
};

// Chooses among the columns of a header line, whose cells are trimmed. sequence: one for the whole file, or
// empty. Throws BadInput: a column is missing or ambiguous; a column that could be a sequence's beside
// `sequence`; the first line is not a header line.
ChosenColumns choose_columns(const std::string &file, const std::vector<std::string> &header,
                             const ColumnNames &named, const std::string &sequence);

// A cell of a column without a name. Throws BadInput if it could be a sequence's: it is neither empty nor a
// whole number, as numbered rows have. place: of its row.
void check_nameless(const std::string &place, size_t column, std::string_view cell);

// How much a line looks like a header line: the more of its columns are known, the more.
int header_rank(const std::vector<std::string> &header, const ColumnNames &named);

}  // namespace skipcall::cli
