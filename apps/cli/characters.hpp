// The characters of a string, and which of them are invisible or unintended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace skipcall::cli {

// One character of a string that should be UTF-8.
struct Character {
  char32_t code = 0;  // of a byte that is not UTF-8: the byte
  size_t size = 0;    // bytes
  bool is_utf8 = true;
};

// The first character of `text`, which is not empty.
Character first_character(std::string_view text);

// Without leading and trailing white space and invisible characters (apps/contact-files/columns.json).
std::string_view trimmed(std::string_view text);

// True for a character that is invisible, or that controls a terminal or the direction of writing: control
// characters, invisible ones, line and paragraph separators.
bool is_unseen(char32_t code);

// The first character that does not belong in a sequence id: control, invisible, or white space other than a
// blank.
std::optional<char32_t> find_odd_character(std::string_view text);

// "U+200B".
std::string code_point_text(char32_t code);

// True when `text` is well-formed UTF-8.
bool is_utf8(std::string_view text);

// True when `text` holds something like a contact id: 32 hexadecimal digits in a row, ignoring hyphens and
// invisible characters.
bool holds_id(std::string_view text);

}  // namespace skipcall::cli
