// The table that a run of the benchmark prints: each figure beside its limit or its peer.
#pragma once

#include <string>

namespace skipcall::bench {

struct Row {
  std::string name;
  double measured = 0;
  std::string unit;
  std::string against;       // what `reference` is
  double reference = 0;      // in the same unit, of the same run
  double ratio_at_most = 0;  // 0: for information, without a limit
  bool exactly = false;      // the two must be equal
};

// Prints each row as soon as it is known, so that a long run shows where it is.
class Table {
 public:
  Table();
  void title(const std::string &text);
  void add(const Row &row);
  // Whether no row was over its limit.
  bool ok() const { return ok_; }

 private:
  bool ok_ = true;
};

}  // namespace skipcall::bench
