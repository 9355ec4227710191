#include "row_marks.hpp"

#include <algorithm>

#include "column_names.hpp"
#include "contact_tables.hpp"
#include "failure.hpp"

namespace skipcall::cli {
namespace {

bool is_named_so(const std::string &plain) {
  const auto words = tables::selects();
  return std::any_of(words.begin(), words.end(),
                     [&](auto word) { return plain.starts_with(word) || plain.ends_with(word); });
}

bool is_word(std::string_view cell) {
  const auto is_same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  const auto words = tables::selects();
  return std::any_of(words.begin(), words.end(), [&](auto word) {
    return std::equal(cell.begin(), cell.end(), word.begin(), word.end(), is_same);
  });
}

}  // namespace

RowMarks::RowMarks(const std::vector<std::string> &header, const ChosenColumns &chosen) {
  for (size_t i = 0; i < header.size(); ++i) {
    const bool is_used = i == chosen.contact || i == chosen.sequence;
    columns_.push_back({header[i], is_named_so(plain_name(header[i])), is_used});
  }
}

void RowMarks::take(size_t column, std::string_view cell) {
  Column &of = columns_[column];
  if (of.is_used || cell.empty()) return;
  if (of.cells++ == 0) {
    of.first = cell;
  } else if (cell == of.first) {
    return;
  } else {
    of.differs = true;
  }
  of.says = of.says || is_word(cell);
}

void RowMarks::check(const std::string &file, size_t rows) const {
  for (const Column &column : columns_) {
    if (!column.says || column.cells == 0 || (!column.differs && column.cells == rows)) continue;
    throw BadInput(file + ": its column \"" + column.name +
                       "\" could say which contacts are meant, and does not say the same in all rows; keep " +
                       "only the rows of contacts to remove, and leave out that column",
                   "some-rows");
  }
}

}  // namespace skipcall::cli
