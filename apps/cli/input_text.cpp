#include "input_text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "contact_csv.hpp"
#include "failure.hpp"

namespace skipcall::cli {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view no_break_space = "\xC2\xA0";

std::string read_descriptor(int descriptor, const std::string &name) {
  std::string text;
  std::array<char, 1 << 16> block;
  while (true) {
    const ssize_t got = ::read(descriptor, block.data(), block.size());
    if (got > 0) text.append(block.data(), static_cast<std::size_t>(got));
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
  InputText input;
  input.name = path == "-" ? "standard input" : path;
  input.text = path == "-" ? read_descriptor(STDIN_FILENO, input.name) : read_file(path);
  if (input.text.starts_with(byte_order_mark)) input.text.erase(0, byte_order_mark.size());
  if (input.text.starts_with("\xFF\xFE") || input.text.starts_with("\xFE\xFF")) {
    throw BadInput(input.name + ": is UTF-16; save it as UTF-8");
  }
  if (input.text.starts_with("PK\x03\x04") || input.text.starts_with("\x1F\x8B")) {
    throw BadInput(input.name + ": is no text but a workbook or an archive; save the sheet as CSV");
  }
  return input;
}

InputFormat detect_format(const InputText &input) {
  const std::string_view text = trimmed(input.text);
  // Neither a table nor a list of ids begins so, whatever its name says.
  if (text.starts_with('{') || has_ending(input.name, ".json")) return InputFormat::json;
  if (has_ending(input.name, ".csv") || has_ending(input.name, ".tsv")) return InputFormat::csv;
  if (has_ending(input.name, ".txt")) return InputFormat::lines;
  if (text.starts_with('[')) return InputFormat::json;
  std::string_view rest = text;
  const std::string_view first = trimmed(take_line(rest));
  // Excel's "sep=" ends with the delimiter, which may be a tab.
  const bool is_csv =
      first.starts_with("sep=") || first.find_first_of(",;\t") != first.npos || is_column_name(first);
  return is_csv ? InputFormat::csv : InputFormat::lines;
}

std::string_view take_line(std::string_view &rest) {
  std::size_t end = rest.find_first_of("\r\n");
  if (end == rest.npos) end = rest.size();
  if (rest.substr(end).starts_with("\r\n")) ++end;
  const std::string_view line = rest.substr(0, end + 1);
  rest.remove_prefix(line.size());
  return line;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n\v\f";
  while (true) {
    const std::size_t before = text.size();
    while (!text.empty() && white.find(text.front()) != white.npos) text.remove_prefix(1);
    while (!text.empty() && white.find(text.back()) != white.npos) text.remove_suffix(1);
    for (const std::string_view mark : {byte_order_mark, no_break_space}) {
      if (text.starts_with(mark)) text.remove_prefix(mark.size());
      if (text.ends_with(mark)) text.remove_suffix(mark.size());
    }
    if (text.size() == before) return text;
  }
}

bool is_utf8(std::string_view text) {
  // The serialiser of the JSON library is the one judge of UTF-8 here; its strict mode throws at a bad byte.
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return true;
  }
  try {
    nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::exception &) {
    return false;
  }
}

}  // namespace skipcall::cli
