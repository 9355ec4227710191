#include "table.hpp"

#include <cmath>
#include <cstdio>

namespace skipcall::bench {
namespace {

// Four significant digits, or a whole number.
std::string amount(double value, const std::string &unit) {
  char text[64];
  const bool whole = value == std::floor(value);
  const int decimals = whole || value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
  std::snprintf(text, sizeof text, "%.*f %s", decimals, value, unit.c_str());
  return text;
}

}  // namespace

Table::Table() {
  std::printf("%-68s %14s  %-28s %14s %8s %8s\n", "", "measured", "against", "", "ratio", "at most");
}

void Table::title(const std::string &text) {
  std::printf("\n%s\n", text.c_str());
  std::fflush(stdout);
}

void Table::add(const Row &row) {
  const double ratio = row.reference == 0 ? 0 : row.measured / row.reference;
  const bool limited = row.exactly || row.ratio_at_most > 0;
  const bool good = row.exactly ? row.measured == row.reference : ratio <= row.ratio_at_most;
  char at_most[16] = "-";
  if (row.exactly) std::snprintf(at_most, sizeof at_most, "equal");
  if (row.ratio_at_most > 0) std::snprintf(at_most, sizeof at_most, "%.2f", row.ratio_at_most);
  std::printf("  %-66s %14s  %-28s %14s %8.3f %8s  %s\n", row.name.c_str(),
              amount(row.measured, row.unit).c_str(), row.against.c_str(),
              amount(row.reference, row.unit).c_str(), ratio, at_most,
              !limited ? ""
              : good   ? "ok"
                       : "OVER");
  std::fflush(stdout);
  ok_ = ok_ && (!limited || good);
}

}  // namespace skipcall::bench
