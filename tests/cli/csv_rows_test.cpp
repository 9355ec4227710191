#include "csv_rows.hpp"

#include "catch.hpp"

using namespace skipcall::cli;

namespace {

// "1[a][b] 2[c]", with "!N" at the end if line N is broken.
std::string rows(const std::string &text, char delimiter = ',') {
  std::string seen;
  const uint32_t broken =
      for_each_csv_row(text, delimiter, [&](const std::vector<std::string> &cells, uint32_t line) {
        seen += (seen.empty() ? "" : " ") + std::to_string(line);
        for (const std::string &cell : cells) seen += "[" + cell + "]";
      });
  return broken == 0 ? seen : seen + "!" + std::to_string(broken);
}

}  // namespace

TEST_CASE("rows carry the line they begin at") {
  CHECK(rows("a,b\nc,d\n") == "1[a][b] 2[c][d]");
  CHECK(rows("a,b\r\nc,d") == "1[a][b] 2[c][d]");
  CHECK(rows("a,b\rc,d\r") == "1[a][b] 2[c][d]");
  CHECK(rows("\n\na\n \n\t\nb\n") == "3[a] 6[b]");
  CHECK(rows(",\n\n,\n") == "1[][] 3[][]");
}

TEST_CASE("a quoted cell may hold delimiters, quotes and line ends") {
  CHECK(rows("\"a,b\",\"c\"\"d\"\n") == "1[a,b][c\"d]");
  CHECK(rows("\"a\n\nb\",c\nd,e\n") == "1[a\n\nb][c] 4[d][e]");
  CHECK(rows("\"a\r\nb\"\r\nc\r\n") == "1[a\r\nb] 3[c]");
}

TEST_CASE("blanks outside quotes are trimmed, other delimiters count") {
  CHECK(rows(" a ; \" b \" \n", ';') == "1[a][ b ]");
  CHECK(rows("a\tb\t\tc\n", '\t') == "1[a][b][][c]");
  CHECK(rows("a;b\n") == "1[a;b]");
}

TEST_CASE("broken quotes are refused with their line") {
  CHECK(rows("a\nb\"c\n") == "1[a]!2");
  CHECK(rows("a\n\"b\"c\n") == "1[a]!2");
  CHECK(rows("a\n\"b\nc\nd\n") == "1[a]!2");
}

TEST_CASE("an exception of a row's receiver reaches the caller") {
  CHECK_THROWS_AS(for_each_csv_row("a\nb\n", ',', [](const auto &, uint32_t) { throw 7; }), int);
}
