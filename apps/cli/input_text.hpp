// The bytes of an input, read as a whole, and what they look like.
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

// Reads a file, or standard input if `path` is "-". Throws BadInput: missing, a directory, not readable, not
// text.
InputText read_input(const std::string &path);

// The same for bytes that have already been read.
InputText text_input(const std::string &name, std::string bytes);

// The format of an input: by the ending of its name (.csv .tsv .json), else by its first characters: `{` or
// `[` is JSON, an id in the first line is lines, a delimiter or a known column name there is CSV, everything
// else is lines.
InputFormat detect_format(const InputText &input);

// Removes the first line, with its end (LF, CRLF or a lone CR), from `rest`, and returns it. Empty only at
// the end.
std::string_view take_line(std::string_view &rest);

}  // namespace skipcall::cli
