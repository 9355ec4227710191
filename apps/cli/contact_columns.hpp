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

// A column without a name, beside one sequence for the whole file.
struct NamelessColumn {
  size_t index;
  std::string last{};  // the number in the row before, without zeros in front

  // Throws BadInput if a cell could be a sequence's: the only text that it may hold is a whole number that is
  // higher than the one before it, as numbered rows have. place: of its row.
  void check(const std::string &place, std::string_view cell);
};

struct ChosenColumns {
  size_t contact;
  std::optional<size_t> sequence;
  std::vector<NamelessColumn> nameless{};
};

// Chooses among the columns of a header line, whose cells are trimmed. sequence: one for the whole file, or
// empty. Throws BadInput: a column is missing or ambiguous; a column that could be a sequence's beside
// `sequence`; the first line is not a header line.
ChosenColumns choose_columns(const std::string &file, const std::vector<std::string> &header,
                             const ColumnNames &named, const std::string &sequence);

// How much a line looks like a header line: the more of its columns are known, the more.
int header_rank(const std::vector<std::string> &header, const ColumnNames &named);

}  // namespace skipcall::cli
