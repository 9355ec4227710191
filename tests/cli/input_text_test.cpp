#include "input_text.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "failure.hpp"

using namespace skipcall::cli;
using Catch::Matchers::ContainsSubstring;

namespace {

InputFormat format(const std::string &name, const std::string &text) {
  return detect_format({name, text});
}

std::string written(const std::string &text) {
  const auto path = std::filesystem::temp_directory_path() / "skipcall-input-text-test";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

}  // namespace

TEST_CASE("a whole file is read, without its byte order mark") {
  CHECK(read_input(written("a\nb")).text == "a\nb");
  CHECK(read_input(written("\xEF\xBB\xBF"
                           "a"))
            .text == "a");
  CHECK(read_input(written("")).text.empty());
}

TEST_CASE("what cannot be read is bad input that says why") {
  CHECK_THROWS_WITH(read_input("/nonexistent/x.csv"),
                    ContainsSubstring("/nonexistent/x.csv") && ContainsSubstring("No such file"));
  CHECK_THROWS_WITH(read_input("/"), ContainsSubstring("is a directory"));
  CHECK_THROWS_WITH(read_input(written("\xFF\xFE\x61")), ContainsSubstring("UTF-16"));
  CHECK_THROWS_WITH(read_input(written(std::string("\xFF\xFE\0\0a\0\0\0", 8))), ContainsSubstring("UTF-32"));
  CHECK_THROWS_WITH(read_input(written(std::string("\0\0\xFE\xFF\0\0\0a", 8))), ContainsSubstring("UTF-32"));
  CHECK_THROWS_WITH(read_input(written("PK\x03\x04")), ContainsSubstring("workbook"));
  CHECK_THROWS_WITH(read_input(written("\x1F\x8B\x08")), ContainsSubstring("archive"));
}

TEST_CASE("the format follows the name, then the content") {
  CHECK(format("a.CSV", "x") == InputFormat::csv);
  CHECK(format("a.tsv", "x") == InputFormat::csv);
  CHECK(format("a.json", "x") == InputFormat::json);
  CHECK(format("a.txt", "a,b") == InputFormat::csv);
  CHECK(format("a.txt", " {\"removals\":[]}") == InputFormat::json);
  CHECK(format("csv", "x") == InputFormat::lines);
  CHECK(format("-", "") == InputFormat::lines);
  CHECK(format("-", " \n{") == InputFormat::json);
  CHECK(format("-", "[1]") == InputFormat::json);
  CHECK(format("-", "a;b\n") == InputFormat::csv);
  CHECK(format("-", "\"Contact ID\"\nx\n") == InputFormat::csv);
  CHECK(format("-", "contact_id\r\nx\r\n") == InputFormat::csv);
  CHECK(format("-", "sep=\t\ncontactId\tsequenceId\n") == InputFormat::csv);
  CHECK(format("-", "123e4567-e89b-12d3-a456-426614174000\nx,y") == InputFormat::lines);
}

TEST_CASE("lines end at LF, CRLF and a lone CR") {
  std::string_view rest = "a\nb\r\nc\rd\n\n";
  std::string seen;
  while (!rest.empty()) seen += std::to_string(take_line(rest).size());
  CHECK(seen == "23221");
}
