#include "row_marks.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "column_names.hpp"
#include "contact_tables.hpp"
#include "failure.hpp"

namespace skipcall::cli {
namespace {

using Words = std::span<const std::string_view>;

bool is_one_of(Words words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool begins_like(Words words, std::string_view text) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return text.starts_with(word); });
}

bool ends_like(Words words, std::string_view text) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return text.ends_with(word); });
}

bool is_named_so(std::string_view plain) {
  const Words edges = tables::select_edges();
  return is_one_of(tables::select_names(), plain) || begins_like(edges, plain) || ends_like(edges, plain);
}

// "Ready?".
bool is_question(std::string_view name) {
  constexpr std::array<std::string_view, 3> marks = {"?", "\uFF1F", "\u061F"};
  return ends_like(marks, name);
}

// "Keep", "we want to keep", but not "Upkeep". words: with a blank before each.
bool ends_with_word(Words words, std::string_view cell) {
  return std::any_of(words.begin(), words.end(),
                     [&](auto word) { return cell == word.substr(1) || cell.ends_with(word); });
}

bool has_stay_word(std::string_view cell) {
  return ends_with_word(tables::stay_cells(), cell);
}

// "Enroll in spring", "add", but not "add on LinkedIn".
bool is_stay_task(const std::string &cell) {
  return is_one_of(tables::other_tasks(), cell) || begins_like(tables::stay_tasks(), cell + " ");
}

// As programs that read such files skip a row, and people leave one out.
bool is_comment(std::string_view cell) {
  return cell.starts_with('#') || cell.starts_with("//");
}

// As Markdown does it, and by characters that strike through the one before.
bool is_crossed_out(std::string_view cell) {
  return (cell.size() >= 4 && cell.starts_with("~~") && cell.ends_with("~~")) ||
         cell.find("\u0336") != cell.npos;
}

}  // namespace

bool says_which_rows(std::string_view plain) {
  return is_named_so(plain) || is_one_of(tables::asking_names(), plain) ||
         is_one_of(tables::task_names(), plain);
}

RowMarks::RowMarks(const std::vector<std::string> &header, const ChosenColumns &chosen, bool is_csv)
    : contact_is_first_(chosen.contact == 0), is_csv_(is_csv) {
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string plain = plain_name(header[i]);
    const bool is_used = i == chosen.contact || i == chosen.sequence;
    const std::string &name = header[i].empty() ? "column " + std::to_string(i + 1) : header[i];
    const bool is_stay = begins_like(tables::stay_begins(), plain) || ends_like(tables::stay_names(), plain);
    const bool is_go = !is_stay && ends_like(tables::go_names(), plain);
    const bool asks = is_question(header[i]) || is_one_of(tables::asking_names(), plain);
    const bool is_task = is_one_of(tables::task_names(), plain);
    columns_.push_back(
        {name, is_nameless(plain), asks, is_task, is_named_so(plain), is_stay, is_go, is_used});
  }
}

void RowMarks::take(const std::vector<std::string> &cells, uint32_t line) {
  ++rows_;
  for (size_t i = 0; i < std::min(columns_.size(), cells.size()); ++i) take_cell(columns_[i], cells[i]);
  if (is_csv_) take_line(cells, line);
}

void RowMarks::take_cell(Column &column, std::string_view as_written) {
  if (column.is_used || as_written.empty()) return;
  std::string cell = lower_case(as_written);
  while (cell.size() > 1 && (cell.back() == '.' || cell.back() == '!')) cell.pop_back();  // "Do not remove!"
  if (column.cells++ == 0) {
    column.first = cell;
  } else if (cell == column.first) {
    return;
  } else {
    column.differs = true;
  }
  column.says = column.says || says_so(column, cell);
}

bool RowMarks::says_so(const Column &column, const std::string &cell) {
  return is_one_of(tables::select_cells(), cell) || has_stay_word(cell) ||
         ends_with_word(tables::go_cells(), cell) ||
         ((column.is_nameless || column.asks) && is_one_of(tables::ticks(), cell)) ||
         (column.asks && (cell == "0" || cell == "1")) ||
         (column.is_task && (is_stay_task(cell) || begins_like(tables::go_tasks(), cell + " ")));
}

bool RowMarks::says_stay(const Column &column) {
  const bool is_no = is_one_of(tables::no_cells(), column.first);
  return has_stay_word(column.first) || (column.is_task && is_stay_task(column.first)) ||
         (column.is_stay && !is_no) || (column.is_go && is_no);
}

void RowMarks::take_line(const std::vector<std::string> &cells, uint32_t line) {
  const std::string &first = cells.front();
  if (is_comment(first) && first_comment_ == 0) first_comment_ = line;
  has_other_ = has_other_ || (!first.empty() && !is_comment(first));
  if (std::none_of(cells.begin(), cells.end(), is_crossed_out)) return;
  if (crossed_++ == 0) first_crossed_ = line;
}

void RowMarks::check(const std::string &file) const {
  const auto refuse = [&](const std::string &text) { throw BadInput(file + ":" + text, "some-rows"); };
  // In the column of contacts it is not an id.
  if (first_comment_ > 0 && has_other_ && !contact_is_first_) {
    refuse(std::to_string(first_comment_) +
           ": begins with # or //, like a row that is left out, and others do not; remove the row, or those "
           "characters");
  }
  if (crossed_ > 0 && crossed_ < rows_) {
    refuse(std::to_string(first_crossed_) +
           ": is crossed out, and others are not; remove the rows that are not meant");
  }
  for (const Column &column : columns_) {
    if (!column.says || column.cells == 0) continue;
    if (!column.differs && column.cells == rows_) {
      if (!says_stay(column)) continue;
      refuse(" its column \"" + column.name +
             "\" says of all rows that they are not to be removed; if they are, leave out that column");
    }
    refuse(" its column \"" + column.name +
           "\" could say which contacts are meant, and does not say the same in all rows; keep only the rows "
           "of contacts to remove, and leave out that column");
  }
}

}  // namespace skipcall::cli
