#include "contact_csv.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "characters.hpp"
#include "csv_rows.hpp"
#include "failure.hpp"
#include "row_marks.hpp"

namespace skipcall::cli {
namespace {

// The cells of a header line, if `delimiter` separates them.
std::vector<std::string> split(std::string_view line, char delimiter) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == delimiter) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

// Excel may write the delimiter, "sep=;", on a line of its own before the header. Splitting by it removes it.
bool names_delimiter(const std::vector<std::string> &cells) {
  std::string text = cells.front();
  for (char &c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (!text.starts_with("sep=") || text.size() > 5) return false;
  if (text.size() == 5 && csv_delimiters.find(text.back()) == csv_delimiters.npos) return false;
  return std::all_of(cells.begin() + 1, cells.end(), [](auto &cell) { return trimmed(cell).empty(); });
}

// The delimiter that gives the header line the most known columns, or else the one that is most frequent in
// it.
char find_delimiter(std::string_view text, const ColumnNames &columns) {
  text = trimmed(text);
  std::string_view header = trimmed(take_line(text));
  const auto is_separator_line = [&](char delimiter) { return names_delimiter(split(header, delimiter)); };
  if (std::any_of(csv_delimiters.begin(), csv_delimiters.end(), is_separator_line)) {
    text = trimmed(text);
    header = take_line(text);
  }
  char best = csv_delimiters.front();
  std::pair<int, size_t> best_rank;
  for (const char delimiter : csv_delimiters) {
    const auto cells = split(header, delimiter);
    const std::pair rank(header_rank(cells, columns), cells.size());
    if (rank > best_rank) best = delimiter;
    best_rank = std::max(best_rank, rank);
  }
  return best;
}

bool is_header(std::string_view line, const ColumnNames &columns) {
  return std::any_of(csv_delimiters.begin(), csv_delimiters.end(),
                     [&](char delimiter) { return header_rank(split(line, delimiter), columns) > 0; });
}

// The line, from 1, below the first one that has the column names. Result: 0 if there is none.
uint32_t find_header(std::string_view text, const ColumnNames &columns) {
  constexpr uint32_t lines = 20;
  for (uint32_t line = 1; line <= lines && !text.empty(); ++line) {
    if (is_header(take_line(text), columns)) return line;
  }
  return 0;
}

// A cell without blanks around it, and without the formula ="…" by which Excel keeps a string as it is.
std::string_view cell_text(std::string_view cell) {
  cell = trimmed(cell);
  if (cell.size() < 3 || !cell.starts_with("=\"") || !cell.ends_with('"')) return cell;
  return trimmed(cell.substr(2, cell.size() - 3));
}

// "---", ":---:", as Markdown draws a line below the column names, or psql's "---+---"; or an empty cell at its
// ends.
bool is_drawn(std::string_view cell) {
  if (cell.empty()) return true;
  if (cell.starts_with(':')) cell.remove_prefix(1);
  if (cell.ends_with(':')) cell.remove_suffix(1);
  return cell.size() >= 3 && cell.front() == '-' && cell.find_first_not_of("-+") == cell.npos;
}

bool holds_row(const std::string &cell) {
  return cell.find_first_of("\r\n") != cell.npos && holds_id(cell);
}

// Text such as a mail, with ids in it: its lines have now one and now another number of commas.
bool is_prose(std::string_view text, char delimiter) {
  std::optional<size_t> width;
  bool is_even = true;
  bool has_ids = false;
  for (int line = 0; line < 20 && !text.empty(); ++line) {
    const std::string_view next = trimmed(take_line(text));
    const std::vector<std::string> cells = split(next, delimiter);
    if (next.empty() || names_delimiter(cells)) continue;
    has_ids = has_ids || holds_id(next);
    is_even = is_even && cells.size() == width.value_or(cells.size());
    width = cells.size();
  }
  return has_ids && !is_even;
}

bool is_empty(const std::string &cell) {
  return cell.empty();
}

// The rows of one file, the first of which names the columns.
class Sheet {
 public:
  Sheet(const InputText &input, char delimiter, const ColumnNames &columns, const std::string &sequence,
        ContactList &list)
      : input_(input),
        delimiter_(delimiter),
        columns_(columns),
        sequence_(sequence),
        list_(list),
        source_(list.add_source(input.name)) {}

  void take(std::vector<std::string> &cells, uint32_t line) {
    if (std::any_of(cells.begin(), cells.end(), holds_row)) {
      refuse(
          line,
          "a quoted cell holds a line break and something like an id; a stray quote may have swallowed rows. "
          "Correct the quotes, or remove the id from the cell",
          "swallowed-row");
    }
    for (std::string &cell : cells) {
      if (const std::string_view text = cell_text(cell); text.size() != cell.size()) cell = std::string(text);
    }
    if (std::all_of(cells.begin(), cells.end(), is_empty)) return;
    if (!header_.empty()) return take_row(cells, line);
    if (!names_delimiter(cells)) take_header(cells);
  }

  void end() const {
    if (header_.empty()) {
      throw BadInput(input_.name + ": is empty; a CSV file begins with a line of column names, such as " +
                         "sequenceId,contactId",
                     "empty");
    }
    marks_->check(input_.name);
  }

  [[noreturn]] void refuse(uint32_t line, const std::string &text, const char *kind) const {
    throw BadInput(list_.place_text({source_, line}) + ": " + text, kind);
  }

 private:
  void take_header(const std::vector<std::string> &cells) {
    const bool is_title =
        header_rank(cells, columns_) == 0 && std::none_of(cells.begin(), cells.end(), holds_id);
    if (const uint32_t line = is_title ? find_header(input_.text, columns_) : 0) {
      throw BadInput(input_.name + ": the first line is not the one with the column names, but line " +
                         std::to_string(line) + " could be; remove the lines above it",
                     "no-contact");
    }
    if (is_title && columns_.contact.empty() && is_prose(input_.text, delimiter_)) {
      throw BadInput(input_.name +
                         ": is neither a table nor a list of ids, but other text with ids in it; give " +
                         "only the ids of contacts to remove, one on each line",
                     "no-contact");
    }
    header_ = cells;
    chosen_ = choose_columns(input_.name, cells, columns_, sequence_);
    list_.add_columns(source_, cells, chosen_);
    marks_.emplace(cells, chosen_, true);
    if (!chosen_.sequence) list_.group(sequence_, {source_, 1});
  }

  void take_row(const std::vector<std::string> &cells, uint32_t line) {
    if (std::exchange(is_first_row_, false) && std::all_of(cells.begin(), cells.end(), is_drawn)) return;
    const size_t width = header_.size();
    if (cells.size() > width &&
        !std::all_of(cells.begin() + static_cast<ptrdiff_t>(width), cells.end(), is_empty)) {
      refuse(line,
             "has " + std::to_string(cells.size()) + " cells, but the header line has " +
                 std::to_string(width) + (width == 1 ? " column" : " columns"),
             "too-many-cells");
    }
    const auto cell = [&](size_t column) { return column < cells.size() ? cells[column] : std::string(); };
    const std::string contact = cell(chosen_.contact);
    if (!holds_id(contact) && header_rank({contact}, columns_) > 0 && cells != header_) {
      refuse(
          line,
          "is another line of column names; keep one, the first, and only the rows below it that belong to it",
          "second-header");
    }
    const Place place{source_, line};
    for (NamelessColumn &column : chosen_.nameless) {
      column.check(list_.place_text(place), cell(column.index));
    }
    marks_->take(cells, line);
    list_.add(chosen_.sequence ? cell(*chosen_.sequence) : sequence_, contact, place);
  }

  const InputText &input_;
  const char delimiter_;
  const ColumnNames &columns_;
  const std::string &sequence_;
  ContactList &list_;
  const uint32_t source_;
  std::vector<std::string> header_;
  ChosenColumns chosen_{};
  std::optional<RowMarks> marks_;
  bool is_first_row_ = true;
};

}  // namespace

bool has_csv_header(std::string_view text) {
  return find_header(text, {}) > 0;
}

void read_contact_csv(const InputText &input, const ColumnNames &columns, const std::string &sequence,
                      ContactList &list) {
  const char delimiter = find_delimiter(input.text, columns);
  Sheet sheet(input, delimiter, columns, sequence, list);
  const auto take = [&](std::vector<std::string> &cells, uint32_t line) { sheet.take(cells, line); };
  if (const uint32_t line = for_each_csv_row(input.text, delimiter, take)) {
    sheet.refuse(line,
                 "broken quotes: there is a quote inside a cell without quotes, or a quoted cell never ends",
                 "broken-quotes");
  }
  sheet.end();
}

}  // namespace skipcall::cli
