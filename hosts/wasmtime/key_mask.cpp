#include "key_mask.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "header_text.hpp"

namespace skipcall::host {
namespace {

constexpr size_t shortest_part = 4;  // fewer characters reveal nothing, and many texts end in them

// A character as a text spells it, which may be by an escape.
struct Spelled {
  char character;
  size_t length;
};

// How escapes begin, how many digits they have, and how they end.
struct Escape {
  std::string_view begin;
  int base;
  size_t least_digits, most_digits;
  std::string_view end;
};
constexpr Escape escapes[] = {{"%", 16, 2, 2, ""},
                              {"\\u00", 16, 2, 2, ""},
                              {"\\x", 16, 2, 2, ""},
                              {"&#x", 16, 1, 6, ";"},
                              {"&#", 10, 1, 7, ";"}};
constexpr std::pair<std::string_view, char> named[] = {{"&amp;", '&'},  {"&lt;", '<'},    {"&gt;", '>'},
                                                       {"&quot;", '"'}, {"&apos;", '\''}, {"\\\"", '"'},
                                                       {"\\\\", '\\'},  {"\\/", '/'}};
constexpr size_t longest_escape = 11;

bool begins_with(std::string_view text, std::string_view begin) {
  return text.size() >= begin.size() && std::equal(begin.begin(), begin.end(), text.begin(),
                                                   [](char a, char b) { return to_lower(a) == to_lower(b); });
}

std::optional<Spelled> read_escape(std::string_view text) {
  for (const auto &[spelling, character] : named) {
    if (begins_with(text, spelling)) return Spelled{character, spelling.size()};
  }
  for (const Escape &escape : escapes) {
    if (!begins_with(text, escape.begin)) continue;
    const char *const digits = text.data() + escape.begin.size();
    const char *const most = text.data() + std::min(text.size(), escape.begin.size() + escape.most_digits);
    unsigned code = 0;
    const auto [end, error] = std::from_chars(digits, most, code, escape.base);
    const auto length = static_cast<size_t>(end - text.data());
    const bool is_whole = error == std::errc() &&
                          end - digits >= static_cast<ptrdiff_t>(escape.least_digits) &&
                          begins_with(text.substr(length), escape.end);
    if (is_whole && code < 0x80) return Spelled{static_cast<char>(code), length + escape.end.size()};
  }
  return std::nullopt;
}

// Whether text may be a truncated escape.
bool may_be_cut(std::string_view text) {
  return text.size() < longest_escape && (text[0] == '%' || text[0] == '\\' || text[0] == '&') &&
         text.find(';') == std::string_view::npos;
}

// How many bytes at the beginning of text spell key or, with cut_off, a beginning of key that text ends in;
// otherwise 0.
size_t spelled_length(std::string_view text, std::string_view key, bool cut_off) {
  size_t at = 0, matched = 0;
  bool is_cut = false;  // an escape may have been, and then reads as its own first character
  while (matched < key.size() && at < text.size()) {
    const std::string_view left = text.substr(at);
    const Spelled next = read_escape(left).value_or(Spelled{left[0], 1});
    is_cut = is_cut || (matched >= shortest_part && next.length == 1 && may_be_cut(left));
    if (to_lower(next.character) != to_lower(key[matched])) break;
    at += next.length;
    ++matched;
  }
  if (matched == key.size()) return at;
  return cut_off && matched >= shortest_part && (is_cut || at == text.size()) ? text.size() : 0;
}

bool is_base64_digit(char c) {
  return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
         c == '-' || c == '_';
}

void overwrite(std::string &text, size_t begin, size_t end) {
  std::fill(text.begin() + static_cast<ptrdiff_t>(begin), text.begin() + static_cast<ptrdiff_t>(end), '*');
}

}  // namespace

KeyMask::KeyMask(std::string_view key) : key_(key) {
  if (key.empty()) return;
  fragments_.push_back({SecretString(key), true, shortest_part, 0, 0});
  std::string hex;
  for (const char c : key) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[static_cast<uint8_t>(c) >> 4];
    hex += digits[c & 15];
  }
  fragments_.push_back({SecretString(hex), true, 2 * shortest_part, 0, 0});
  SecretString::wipe(hex);
  for (const size_t bytes_before : {0u, 1u, 2u}) add_base64(bytes_before);
}

// The base64 digits that the key alone determines when that many other bytes precede it in a group of three;
// in both alphabets (RFC 4648, sections 4 and 5).
void KeyMask::add_base64(size_t bytes_before) {
  std::string bytes = std::string(bytes_before, '\0') + std::string(key_.reveal());
  std::string digits(4 * (bytes.size() / 3 + 1) + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<uint8_t *>(digits.data()), reinterpret_cast<const uint8_t *>(bytes.data()),
                  static_cast<int>(bytes.size()));
  const size_t begin = (8 * bytes_before + 5) / 6, end = 8 * bytes.size() / 6;
  std::string own = digits.substr(begin, end - begin);
  const size_t before = bytes_before > 0 ? 1 : 0, behind = bytes.size() % 3 != 0 ? 1 : 0;
  fragments_.push_back({SecretString(own), false, shortest_part + 2, before, behind});
  std::replace(own.begin(), own.end(), '+', '-');
  std::replace(own.begin(), own.end(), '/', '_');
  if (own != fragments_.back().text.reveal()) {
    fragments_.push_back({SecretString(own), false, shortest_part + 2, before, behind});
  }
  for (std::string *used : {&bytes, &digits, &own}) SecretString::wipe(*used);
}

void KeyMask::apply(std::string &text, bool cut_off) const {
  for (const Fragment &fragment : fragments_) {
    const std::string_view looked_for = fragment.text.reveal();
    const auto equal = [&](char a, char b) {
      return fragment.any_case ? to_lower(a) == to_lower(b) : a == b;
    };
    for (auto from = text.begin();;) {
      const auto found = std::search(from, text.end(), looked_for.begin(), looked_for.end(), equal);
      if (found == text.end()) break;
      from = found + static_cast<ptrdiff_t>(looked_for.size());
      auto begin = static_cast<size_t>(found - text.begin());
      auto end = static_cast<size_t>(from - text.begin());
      if (begin > 0 && is_base64_digit(text[begin - 1])) begin -= fragment.shared_before;
      if (end < text.size() && is_base64_digit(text[end])) end += fragment.shared_behind;
      overwrite(text, begin, end);
    }
    if (!cut_off) continue;
    for (size_t length = std::min(looked_for.size() - 1, text.size()); length >= fragment.shortest_part;
         --length) {
      if (!std::equal(looked_for.begin(), looked_for.begin() + static_cast<ptrdiff_t>(length),
                      text.end() - static_cast<ptrdiff_t>(length), equal))
        continue;
      overwrite(text, text.size() - length, text.size());
      break;
    }
  }
  mask_escaped(text, cut_off);
}

void KeyMask::mask_escaped(std::string &text, bool cut_off) const {
  const std::string_view key = key_.reveal();
  if (key.empty() || text.find_first_of("%\\&") == std::string::npos) return;
  const char first = to_lower(key[0]);
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (to_lower(c) != first && c != '%' && c != '\\' && c != '&') continue;
    const size_t length = spelled_length(std::string_view(text).substr(at), key, cut_off);
    if (length == 0) continue;
    overwrite(text, at, at + length);
    at += length - 1;
  }
}

}  // namespace skipcall::host
