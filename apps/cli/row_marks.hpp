// What says of some rows of a sheet that they are to stay (apps/contact-files/README.md, "Some rows").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contact_columns.hpp"

namespace skipcall::cli {

// Whether a column by this plain name says which rows are meant, or could.
bool says_which_rows(std::string_view plain);

class RowMarks {
 public:
  // is_csv: a row may be a comment, or crossed out.
  RowMarks(const std::vector<std::string> &header, const ChosenColumns &chosen, bool is_csv);

  // Takes a row; cells beyond its end are empty.
  void take(const std::vector<std::string> &cells, uint32_t line);

  // Throws BadInput: not all rows are marked in the same way.
  void check(const std::string &file) const;

 private:
  struct Column {
    std::string name;
    bool is_nameless = false;
    bool asks = false;     // "Ready?" or "OK": ticks in it could say which rows are meant
    bool is_task = false;  // "Action": cells that begin like "add" or "remove" say it
    bool says = false;     // its name or a cell is a word like "keep"; or ticks say it
    bool is_stay = false;  // its name begins or ends like "keep"
    bool is_go = false;    // its name ends like "remove"
    bool is_used = false;
    bool differs = false;
    std::string first{};  // the first cell that is not empty, in lower case
    size_t cells = 0;     // those that are not empty
  };

  static bool says_so(const Column &column, const std::string &cell);

  // Of a column whose cells are all the same: "Keep: yes", "Remove: no", "Action: keep".
  static bool says_stay(const Column &column);

  void take_cell(Column &column, std::string_view as_written);
  void take_line(const std::vector<std::string> &cells, uint32_t line);

  std::vector<Column> columns_;
  bool contact_is_first_;
  bool is_csv_;
  size_t rows_ = 0;
  uint32_t first_comment_ = 0;
  bool has_other_ = false;
  uint32_t first_crossed_ = 0;
  size_t crossed_ = 0;
};

}  // namespace skipcall::cli
