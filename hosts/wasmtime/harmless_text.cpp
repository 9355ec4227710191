#include "harmless_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace skipcall::host {
namespace {

constexpr char32_t not_utf8 = 0xfffd;

// Removes the first character from text, which is not empty. A byte that begins no character is taken alone.
char32_t take_character(std::string_view &text) {
  const auto first = static_cast<uint8_t>(text[0]);
  const size_t length = first < 0x80   ? 1
                        : first < 0xc2 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 0;
  char32_t character = length == 1 ? first : first & (0xff >> (length + 1));
  bool is_valid = length > 0 && length <= text.size();
  for (size_t i = 1; is_valid && i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[i]);
    is_valid = (next & 0xc0) == 0x80;
    character = character << 6 | (next & 0x3f);
  }
  // Overlong forms, surrogates, and what is beyond Unicode.
  is_valid = is_valid && (length < 3 || character >= (length == 3 ? 0x800u : 0x10000u)) &&
             character <= 0x10ffff && (character < 0xd800 || character > 0xdfff);
  text.remove_prefix(is_valid ? length : 1);
  return is_valid ? character : not_utf8;
}

struct Range {
  char32_t first, last;
};

// Control characters, separators of lines and paragraphs, and format characters (Unicode's category Cf) that
// are invisible or reorder what is visible.
constexpr Range harmful[] = {{0x0, 0x1f},      {0x7f, 0x9f},     {0xad, 0xad},      {0x61c, 0x61c},
                             {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f},
                             {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};

bool is_harmful(char32_t character) {
  return std::any_of(std::begin(harmful), std::end(harmful),
                     [&](Range range) { return character >= range.first && character <= range.last; });
}

bool is_line_break(char32_t character) {
  return character == '\n' || character == '\t';
}

void append_escape(std::string &json, char32_t character) {
  if (character > 0xffff) {
    append_escape(json, 0xd800 + ((character - 0x10000) >> 10));
    character = 0xdc00 + (character & 0x3ff);
  }
  char text[7];
  std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(character));
  json += text;
}

}  // namespace

std::string harmless_text(std::string_view text, LineBreaks breaks) {
  std::string clean;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t character = take_character(text);
    const std::string_view bytes = before.substr(0, before.size() - text.size());
    const bool is_kept_break = breaks == LineBreaks::kept && is_line_break(character);
    const bool is_bad_byte = character == not_utf8 && bytes.size() == 1;
    if (is_bad_byte || (is_harmful(character) && !is_kept_break)) {
      clean += '?';
    } else {
      clean += bytes;
    }
  }
  return clean;
}

std::string harmless_json(std::string_view document) {
  std::string clean;
  while (!document.empty()) {
    const std::string_view before = document;
    const char32_t character = take_character(document);
    if (character == '\r') {
      clean += ' ';
    } else if (character == not_utf8 || (is_harmful(character) && !is_line_break(character))) {
      append_escape(clean, character);
    } else {
      clean += before.substr(0, before.size() - document.size());
    }
  }
  return clean;
}

}  // namespace skipcall::host
