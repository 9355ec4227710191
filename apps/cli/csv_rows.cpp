#include "csv_rows.hpp"

#include <csv.h>

#include <exception>
#include <memory>
#include <new>

#include "characters.hpp"
#include "input_text.hpp"

namespace skipcall::cli {
namespace {

// Filled by libcsv's callbacks. An exception must not pass through C, so it waits here for the caller.
struct Rows {
  const CsvRow &row;
  std::vector<std::string> cells;
  uint32_t begin = 1;  // the line at which the row being read begins
  uint32_t line = 0;   // the line being fed
  std::exception_ptr error;
};

void end_cell(void *cell, size_t size, void *context) {
  auto &rows = *static_cast<Rows *>(context);
  try {
    rows.cells.emplace_back(static_cast<const char *>(cell), size);
  } catch (...) {
    rows.error = std::current_exception();
  }
}

void end_row(int, void *context) {
  auto &rows = *static_cast<Rows *>(context);
  try {
    if (!rows.error) rows.row(rows.cells, rows.begin);
  } catch (...) {
    rows.error = std::current_exception();
  }
  rows.cells.clear();
  rows.begin = rows.line + 1;
}

// Removes the sign from each cell that begins with =" and is not inside quotes. quoted: whether the line
// begins inside a quoted cell; set for the next line.
std::string without_formulas(std::string_view line, char delimiter, bool &quoted) {
  std::string plain;
  bool begins = !quoted;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (begins && c == '=' && line.substr(i + 1).starts_with('"')) continue;
    if (c == '"') quoted = !quoted;
    begins = !quoted && (c == delimiter || (begins && c == ' '));
    plain += c;
  }
  return plain;
}

}  // namespace

uint32_t for_each_csv_row(std::string_view text, char delimiter, const CsvRow &row) {
  csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
  const std::unique_ptr<csv_parser, decltype(&csv_free)> free_parser(&parser, &csv_free);
  csv_set_delim(&parser, static_cast<unsigned char>(delimiter));

  // libcsv reports no line numbers, so it is fed one line at a time. A line that does not end a row is either
  // inside a quoted cell or blank.
  Rows rows{row, {}, 1, 0, nullptr};
  bool quoted = false;
  while (!text.empty()) {
    ++rows.line;
    const std::string line = without_formulas(take_line(text), delimiter, quoted);
    if (rows.begin == rows.line && trimmed(line).empty() && line.find(delimiter) == line.npos) {
      rows.begin = rows.line + 1;
      continue;
    }
    const size_t used = csv_parse(&parser, line.data(), line.size(), end_cell, end_row, &rows);
    if (rows.error) std::rethrow_exception(rows.error);
    if (used != line.size()) {
      if (csv_error(&parser) == CSV_ENOMEM) throw std::bad_alloc();
      return rows.line;
    }
  }
  const int end = csv_fini(&parser, end_cell, end_row, &rows);
  if (rows.error) std::rethrow_exception(rows.error);
  return end == 0 ? 0 : rows.begin;
}

}  // namespace skipcall::cli
