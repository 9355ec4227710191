// The rows of a CSV text, each with the line where it begins.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace skipcall::cli {

// What may separate the cells of a row.
inline constexpr std::string_view csv_delimiters = ",;\t|";

// Called for each row that has a cell. cells: without blanks outside quotes; the callee may change them.
// line: where the row begins, from 1.
using CsvRow = std::function<void(std::vector<std::string> &cells, uint32_t line)>;

// Splits `text` into rows and cells by RFC 4180, with LF, CRLF or a lone CR at the end of a line. A cell
// ="…", by which Excel keeps a string as it is, is read as "…". Result: 0, or the line of a misplaced quote,
// or the line where a quoted cell begins that never ends.
uint32_t for_each_csv_row(std::string_view text, char delimiter, const CsvRow &row);

}  // namespace skipcall::cli
