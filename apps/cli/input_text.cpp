#include "input_text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "characters.hpp"
#include "contact_csv.hpp"
#include "csv_rows.hpp"
#include "failure.hpp"
#include "list_line.hpp"
#include "utf16.hpp"

namespace skipcall::cli {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// How files begin that are not text.
struct Signature {
  std::string_view begin;
  std::string_view what;
  std::string_view advice;
};
constexpr std::string_view export_sheet =
    "open it in a spreadsheet program and save the sheet as CSV (UTF-8)";
constexpr std::string_view export_table = "export the list as CSV (UTF-8)";
constexpr std::string_view unpack = "unpack it first";
constexpr std::array signatures = {
    Signature{"PK\x03\x04", "a workbook (such as .xlsx, .ods) or a zip archive", export_sheet},
    Signature{"PK\x05\x06", "an empty zip archive", unpack},
    Signature{"\xD0\xCF\x11\xE0", "an old Excel workbook (.xls)", export_sheet},
    Signature{"%PDF", "a PDF document", "export the list as CSV from where the document was made"},
    Signature{"BEGIN:VC", "a vCard or a calendar", export_table},
    Signature{"<", "a web page or XML, whatever its name says", export_sheet},
    Signature{"{\"journal\":", "the journal of a run", "resume it with --resume, or send the input again"},
    Signature{"{\\rtf", "a formatted document (RTF)", "save it as plain text"},
    Signature{"\x1F\x8B", "a gzip archive", unpack},
    Signature{"\x28\xB5\x2F\xFD", "a zstd archive", unpack},
    Signature{"\xFD"
              "7zXZ",
              "an xz archive", unpack},
    Signature{"\x04\x22\x4D\x18", "an lz4 archive", unpack},
    Signature{"\x1F\x9D", "a compress archive (.Z)", unpack},
    Signature{"LZIP", "an lzip archive", unpack},
    Signature{std::string_view("]\0\0", 3), "an LZMA archive", unpack},
    Signature{"BZh", "a bzip2 archive", unpack},
    Signature{"7z\xBC\xAF", "a 7-Zip archive", unpack},
    Signature{"Rar!", "a RAR archive", unpack},
    Signature{"SQLite format 3", "a database", export_table},
    Signature{"PAR1", "a Parquet file", export_table},
    Signature{"\x89PNG", "an image", export_table},
    Signature{"\xFF\xD8\xFF", "an image", export_table},
    Signature{std::string_view("\xFF\xFE\0\0", 4), "UTF-32", "save it as UTF-8"},
    Signature{std::string_view("\0\0\xFE\xFF", 4), "UTF-32", "save it as UTF-8"},
};

constexpr std::array<std::string_view, 6> workbook_endings = {".xls",  ".xlsx", ".xlsm",
                                                              ".xlsb", ".ods",  ".numbers"};

bool is_tar(std::string_view bytes) {
  constexpr size_t place = 257;
  return bytes.size() > place && bytes.substr(place).starts_with("ustar");
}

// Brotli, for example, has no signature.
bool is_binary(std::string_view text) {
  text = text.substr(0, 1000);
  const auto is_control = [](char c) { return (c >= 0 && c < '\t') || (c > '\r' && c < ' ') || c == '\x7F'; };
  const auto controls = std::count_if(text.begin(), text.end(), is_control);
  return controls >= 3 && static_cast<size_t>(controls) * 20 > text.size() && !is_utf8(text);
}

// UTF-16 of mostly ASCII, without a byte order mark: every second byte is NUL.
bool is_wide(std::string_view text) {
  text = text.substr(0, 1000);
  std::array<size_t, 2> zeros{};
  for (size_t i = 0; i < text.size(); ++i) zeros[i % 2] += text[i] == '\0' ? 1 : 0;
  return text.size() >= 4 && std::max(zeros[0], zeros[1]) * 4 > text.size();
}

std::string read_descriptor(int descriptor, const std::string &name) {
  std::string text;
  std::array<char, 1 << 16> block;
  while (true) {
    const ssize_t got = ::read(descriptor, block.data(), block.size());
    if (got > 0) text.append(block.data(), static_cast<size_t>(got));
    if (got == 0) return text;
    if (got < 0 && errno != EINTR) throw BadInput(name + ": cannot be read: " + std::strerror(errno));
  }
}

std::string read_file(const std::string &path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw BadInput(path + ": cannot be opened: " + std::strerror(errno));
  struct stat status{};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(descriptor);
    throw BadInput(path + ": is a directory; name the files in it, for example " + path + "/*.csv");
  }
  try {
    std::string text = read_descriptor(descriptor, path);
    ::close(descriptor);
    return text;
  } catch (...) {
    ::close(descriptor);
    throw;
  }
}

bool has_ending(std::string_view name, std::string_view ending) {
  if (name.size() < ending.size()) return false;
  return std::equal(ending.rbegin(), ending.rend(), name.rbegin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

}  // namespace

InputText read_input(const std::string &path) {
  return path == "-" ? text_input("standard input", read_descriptor(STDIN_FILENO, "standard input"))
                     : text_input(path, read_file(path));
}

InputText text_input(const std::string &name, std::string bytes) {
  const auto refuse = [&](std::string_view what, std::string_view advice) {
    throw BadInput(name + ": is " + std::string(what) + "; " + std::string(advice), "not-text");
  };
  if (is_utf16(bytes)) {
    auto text = utf8_of_utf16(bytes);
    if (!text) refuse("UTF-16 that was cut or damaged", "save or copy it again, best as UTF-8");
    bytes = std::move(*text);
  }
  while (bytes.starts_with(byte_order_mark)) bytes.erase(0, byte_order_mark.size());
  const std::string_view text = trimmed(bytes);
  for (const Signature &signature : signatures) {
    if (text.starts_with(signature.begin)) refuse(signature.what, signature.advice);
  }
  // A text by such a name is not what its user takes it for.
  for (const std::string_view ending : workbook_endings) {
    if (has_ending(name, ending)) refuse("named like a workbook, but is none", export_sheet);
  }
  if (is_tar(bytes)) refuse("a tar archive", unpack);
  if (is_wide(bytes)) refuse("UTF-16", "save it as UTF-8");
  if (is_binary(bytes)) refuse("not text but compressed or other binary data", export_table);
  return {name, std::move(bytes)};
}

InputFormat detect_format(const InputText &input) {
  const std::string_view text = trimmed(input.text);
  std::string_view rest = text;
  const std::string_view first = trimmed(take_line(rest));
  const bool is_list = is_id_list(text);
  // Neither a table nor a list of ids begins like this, whatever its name; but {id} is one.
  if ((text.starts_with('{') && !is_list) || text.starts_with('[') || has_ending(input.name, ".json") ||
      has_ending(input.name, ".jsonl") || has_ending(input.name, ".ndjson")) {
    return InputFormat::json;
  }
  if (is_list) return InputFormat::lines;
  if (has_ending(input.name, ".csv") || has_ending(input.name, ".tsv")) return InputFormat::csv;
  // Excel's "sep=" ends with the delimiter, which may be a tab.
  const bool is_csv =
      first.starts_with("sep=") || first.find_first_of(csv_delimiters) != first.npos || has_csv_header(text);
  return is_csv ? InputFormat::csv : InputFormat::lines;
}

std::string_view take_line(std::string_view &rest) {
  size_t end = rest.find_first_of("\r\n");
  if (end == rest.npos) end = rest.size();
  if (rest.substr(end).starts_with("\r\n")) ++end;
  const std::string_view line = rest.substr(0, end + 1);
  rest.remove_prefix(line.size());
  return line;
}

}  // namespace skipcall::cli
