// input_text.hpp: the bytes of an input, read whole, and what they look like.
#pragma once

#include <string>
#include <string_view>

namespace skipcall::cli {

// An input's name, for messages, and its content without a byte order mark.
struct InputText {
  std::string name;
  std::string text;
};

enum class InputFormat { automatic, lines, csv, json };

// Reads a file, or standard input when `path` is "-". Throws BadInput: missing, a directory, not readable,
// UTF-16.
InputText read_input(const std::string &path);

// Says which format an input has: by the ending of its name (.csv .tsv .json .txt), else by its first
// characters:
// `{` or `[` is JSON, a delimiter or a known column name in the first line is CSV, all else is lines.
InputFormat detect_format(const InputText &input);

// Takes the first line off `rest`, with its end (LF, CRLF or a lone CR), and returns it. Empty at the end
// only.
std::string_view take_line(std::string_view &rest);

// Without ASCII white space, U+00A0 and U+FEFF around it, as the action trims an id.
std::string_view trimmed(std::string_view text);

// True when `text` is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace skipcall::cli
