#include "column_names.hpp"

#include <algorithm>

#include "characters.hpp"
#include "contact_tables.hpp"

namespace skipcall::cli {
namespace {

// Empty: the table has no such character.
std::string_view find_fold(std::span<const tables::Fold> table, char32_t code) {
  const auto found = std::lower_bound(table.begin(), table.end(), code,
                                      [](const auto &entry, char32_t value) { return entry.code < value; });
  return found != table.end() && found->code == code ? found->text : std::string_view();
}

void append_plain(std::string &plain, char32_t code, std::string_view bytes) {
  if (code < 0x80) {
    const char c = static_cast<char>(code);
    if (c >= 'A' && c <= 'Z') plain += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
    return;
  }
  if (const std::string_view fold = find_fold(tables::folds(), code); !fold.empty()) {
    plain += fold;
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

// A plain name with look-alike letters replaced by Latin ones.
std::string in_latin(std::string_view plain) {
  std::string latin;
  while (!plain.empty()) {
    const Character character = first_character(plain);
    const std::string_view bytes = plain.substr(0, character.size);
    const std::string_view alike = find_fold(tables::lookalikes(), character.code);
    latin += alike.empty() ? bytes : alike;
    plain.remove_prefix(character.size);
  }
  return latin;
}

bool same_letter(char name, char known) {
  return name == known || name == '?';
}

// Whether adding, removing or replacing one letter, or swapping two neighbours, turns one word into the
// other.
bool is_one_edit_away(std::string_view a, std::string_view b) {
  const auto begin = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  a.remove_prefix(static_cast<size_t>(begin.first - a.begin()));
  b.remove_prefix(static_cast<size_t>(begin.second - b.begin()));
  const auto end = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  a.remove_suffix(static_cast<size_t>(end.first - a.rbegin()));
  b.remove_suffix(static_cast<size_t>(end.second - b.rbegin()));
  if (a.size() <= 1 && b.size() <= 1) return true;
  return a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
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
      // Latin-1, most likely. Its letters are above 0x9F; in older encodings they are below.
      const auto byte = static_cast<unsigned char>(name.front());
      if (byte < 0xA0) plain += '?';
      if (byte >= 0xA0) append_plain(plain, byte, name.substr(0, 1));
      name.remove_prefix(1);
    }
  }
  return plain;
}

std::string lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  while (!text.empty()) {
    if (const char c = text.front(); static_cast<unsigned char>(c) < 0x80) {
      lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      text.remove_prefix(1);
      continue;
    }
    const Character character = first_character(text);
    const std::string_view fold =
        character.is_utf8 ? find_fold(tables::lower_case(), character.code) : std::string_view();
    lower += fold.empty() ? text.substr(0, character.size) : fold;
    text.remove_prefix(character.size);
  }
  return lower;
}

NameRank contact_rank(std::string_view plain) {
  if (is_in(tables::contact_certain(), plain)) return NameRank::certain;
  return is_in(tables::contact_likely(), plain) ? NameRank::likely : NameRank::none;
}

NameRank sequence_rank(std::string_view plain) {
  if (is_in(tables::sequence_certain(), plain)) return NameRank::certain;
  return is_in(tables::sequence_likely(), plain) ? NameRank::likely : NameRank::none;
}

bool could_be_contact(std::string_view plain) {
  const auto parts = tables::contact_possible_parts();
  const auto begins_like = [&](auto words) {
    return std::any_of(words.begin(), words.end(), [&](auto word) { return plain.starts_with(word); });
  };
  // "Contact e-mail" is of a sheet of something else; "Contact owner" of contacts' own.
  const bool is_of_other = begins_like(tables::contact_possible_begins()) &&
                           !begins_like(tables::contact_own()) && contact_rank(plain) == NameRank::none;
  return is_of_other || std::any_of(parts.begin(), parts.end(),
                                    [&](std::string_view part) { return plain.find(part) != plain.npos; });
}

bool could_be_sequence(std::string_view name) {
  const std::string plain = in_latin(name);
  const auto holds = [&](std::string_view part) {
    return std::search(plain.begin(), plain.end(), part.begin(), part.end(), same_letter) != plain.end();
  };
  const auto is = [&](std::string_view word) {
    return std::equal(plain.begin(), plain.end(), word.begin(), word.end(), same_letter);
  };
  const auto is_near = [&](std::string_view word) { return is_one_edit_away(plain, word); };
  const auto parts = tables::sequence_possible_parts();
  const auto names = tables::sequence_possible();
  const auto misspelled = tables::sequence_misspelled();
  return sequence_rank(plain) != NameRank::none || std::any_of(parts.begin(), parts.end(), holds) ||
         std::any_of(names.begin(), names.end(), is) ||
         std::any_of(misspelled.begin(), misspelled.end(), is_near);
}

bool is_unreadable(std::string_view name) {
  constexpr long least = 4;
  const auto is_beyond = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  const auto is_letter = [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
  };
  const auto beyond = std::count_if(name.begin(), name.end(), is_beyond);
  return !is_utf8(name) && beyond >= least && beyond > std::count_if(name.begin(), name.end(), is_letter);
}

bool is_nameless(std::string_view plain) {
  while (!plain.empty() && plain.back() >= '0' && plain.back() <= '9') plain.remove_suffix(1);
  return is_in(tables::nameless(), plain);
}

bool is_column_name(std::string_view name) {
  const std::string plain = plain_name(name);
  return contact_rank(plain) != NameRank::none || sequence_rank(plain) != NameRank::none;
}

}  // namespace skipcall::cli
