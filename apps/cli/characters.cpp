#include "characters.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "contact_tables.hpp"

namespace skipcall::cli {
namespace {

bool is_in(std::span<const tables::CodeRange> table, char32_t code) {
  const auto after = std::upper_bound(table.begin(), table.end(), code,
                                      [](char32_t value, const auto &range) { return value < range.first; });
  return after != table.begin() && code <= (after - 1)->last;
}

bool is_trimmed(const Character &character) {
  return character.is_utf8 &&
         (is_in(tables::white_space(), character.code) || is_in(tables::invisible(), character.code));
}

Character last_character(std::string_view text) {
  // Four bytes hold any character; what comes before them does not change how the last is read.
  std::string_view rest = text.substr(text.size() - std::min<size_t>(4, text.size()));
  while (true) {
    const Character character = first_character(rest);
    if (character.size == rest.size()) return character;
    rest.remove_prefix(character.is_utf8 ? character.size : 1);
  }
}

// A character that is never trimmed, recognized by one byte: nearly all ids begin and end with one.
bool is_plain(char c) {
  return c > ' ' && c < '\x7F';
}

}  // namespace

Character first_character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  char32_t code = lead & (0x7Fu >> size);
  bool good = lead >= 0xC2 && lead <= 0xF4 && text.size() >= size;
  for (size_t i = 1; good && i < size; ++i) {
    good = (byte(i) & 0xC0) == 0x80;
    code = code << 6 | (byte(i) & 0x3F);
  }
  good = good && code >= least[size] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return good ? Character{code, size, true} : Character{lead, 1, false};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && !is_plain(text.front())) {
    const Character first = first_character(text);
    if (!is_trimmed(first)) break;
    text.remove_prefix(first.size);
  }
  while (!text.empty() && !is_plain(text.back())) {
    const Character last = last_character(text);
    if (!is_trimmed(last)) break;
    text.remove_suffix(last.size);
  }
  return text;
}

bool is_unseen(char32_t code) {
  return code == 0x2028 || code == 0x2029 || is_in(tables::control(), code) ||
         is_in(tables::invisible(), code);
}

std::optional<char32_t> find_odd_character(std::string_view text) {
  while (!text.empty()) {
    const Character character = first_character(text);
    const char32_t code = character.code;
    if (character.is_utf8 && code != ' ' && (is_unseen(code) || is_in(tables::white_space(), code)))
      return code;
    text.remove_prefix(character.size);
  }
  return std::nullopt;
}

std::string code_point_text(char32_t code) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "U+%04X", static_cast<unsigned>(code));
  return text.data();
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = first_character(text);
    if (!character.is_utf8) return false;
    text.remove_prefix(character.size);
  }
  return true;
}

bool holds_id(std::string_view text) {
  int digits = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    const char32_t code = character.code;
    const bool is_hyphen = code == '-' || (code >= 0x2010 && code <= 0x2015);
    if (code < 0x80 && std::isxdigit(static_cast<int>(code)) != 0) {
      if (++digits == 32) return true;
    } else if (!is_hyphen && (code == '\n' || code == '\r' || !is_unseen(code))) {
      digits = 0;
    }
    text.remove_prefix(character.size);
  }
  return false;
}

}  // namespace skipcall::cli
