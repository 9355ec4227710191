// The bytes of an input, read whole, and what they look like.
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

// Reads a file, or standard input when `path` is "-". Throws BadInput: missing, a directory, not readable, no
// text.
InputText read_input(const std::string &path);

// The same of bytes that were read already.
InputText text_input(const std::string &name, std::string bytes);

// Says which format an input has: by the ending of its name (.csv .tsv .json), else by its first characters:
// `{` or `[` is JSON, an id in the first line is lines, a delimiter or a known column name there is CSV, all
// else is lines.
InputFormat detect_format(const InputText &input);

// Takes the first line off `rest`, with its end (LF, CRLF or a lone CR), and returns it. Empty at the end
// only.
std::string_view take_line(std::string_view &rest);

}  // namespace skipcall::cli
