// What says of some rows of a sheet that they are to stay (apps/contact-files/README.md, "Some rows").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contact_columns.hpp"

namespace skipcall::cli {

class RowMarks {
 public:
  RowMarks() = default;
  RowMarks(const std::vector<std::string> &header, const ChosenColumns &chosen);

  // Takes a cell, by its column. Those that are not taken are empty.
  void take(size_t column, std::string_view cell);

  // Throws BadInput: a column that says which rows are meant does not say the same in all `rows`.
  void check(const std::string &file, size_t rows) const;

 private:
  struct Column {
    std::string name;
    bool says = false;  // its name or one of its cells is a word like "keep"
    bool is_used = false;
    bool differs = false;
    std::string first{};  // the first cell that is not empty
    size_t cells = 0;     // those that are not empty
  };
  std::vector<Column> columns_;
};

}  // namespace skipcall::cli
