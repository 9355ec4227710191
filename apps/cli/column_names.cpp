#include "column_names.hpp"

#include <algorithm>

#include "characters.hpp"
#include "contact_tables.hpp"

namespace skipcall::cli {
namespace {

void append_plain(std::string &plain, char32_t code, std::string_view bytes) {
  if (code < 0x80) {
    const char c = static_cast<char>(code);
    if (c >= 'A' && c <= 'Z') plain += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
    return;
  }
  const auto folds = tables::folds();
  const auto fold = std::lower_bound(folds.begin(), folds.end(), code,
                                     [](const auto &entry, char32_t value) { return entry.code < value; });
  if (fold != folds.end() && fold->code == code) {
    plain += fold->text;
    return;
  }
  const auto ignored = tables::ignored_in_names();
  const auto after = std::upper_bound(ignored.begin(), ignored.end(), code,
                                      [](char32_t value, const auto &range) { return value < range.first; });
  if (after == ignored.begin() || code > (after - 1)->last) plain += bytes;
}

bool is_in(std::span<const std::string_view> names, std::string_view plain) {
  return std::find(names.begin(), names.end(), plain) != names.end();
}

bool same_letter(char name, char known) {
  return name == known || name == '?';
}

}  // namespace

std::string plain_name(std::string_view name) {
  const bool is_known = is_utf8(name);
  std::string plain;
  while (!name.empty()) {
    const Character character = first_character(name);
    if (is_known || character.code < 0x80) {
      append_plain(plain, character.code, name.substr(0, character.size));
      name.remove_prefix(character.size);
    } else {
      // Latin-1, most likely. Its letters are beyond 0x9F; in older encodings they are below.
      const auto byte = static_cast<unsigned char>(name.front());
      if (byte < 0xA0) plain += '?';
      if (byte >= 0xA0) append_plain(plain, byte, name.substr(0, 1));
      name.remove_prefix(1);
    }
  }
  return plain;
}

NameRank contact_rank(std::string_view plain) {
  if (is_in(tables::contact_certain(), plain)) return NameRank::certain;
  return is_in(tables::contact_likely(), plain) ? NameRank::likely : NameRank::none;
}

NameRank sequence_rank(std::string_view plain) {
  if (is_in(tables::sequence_certain(), plain)) return NameRank::certain;
  return is_in(tables::sequence_likely(), plain) ? NameRank::likely : NameRank::none;
}

bool could_be_sequence(std::string_view plain) {
  const auto holds = [&](std::string_view part) {
    return std::search(plain.begin(), plain.end(), part.begin(), part.end(), same_letter) != plain.end();
  };
  const auto is = [&](std::string_view name) {
    return std::equal(plain.begin(), plain.end(), name.begin(), name.end(), same_letter);
  };
  const auto parts = tables::sequence_possible_parts();
  const auto names = tables::sequence_possible();
  return sequence_rank(plain) != NameRank::none || std::any_of(parts.begin(), parts.end(), holds) ||
         std::any_of(names.begin(), names.end(), is);
}

bool is_column_name(std::string_view name) {
  const std::string plain = plain_name(name);
  return contact_rank(plain) != NameRank::none || sequence_rank(plain) != NameRank::none;
}

}  // namespace skipcall::cli
