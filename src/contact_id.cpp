#include "contact_id.hpp"

#include <array>

namespace skipcall {
namespace {

constexpr uint8_t not_hex = 0xff;

constexpr std::array<uint8_t, 256> hex_values = [] {
  std::array<uint8_t, 256> values{};
  values.fill(not_hex);
  for (uint8_t i = 0; i < 10; i++) values[size_t{'0'} + i] = i;
  for (uint8_t i = 0; i < 6; i++) {
    values[size_t{'a'} + i] = static_cast<uint8_t>(10 + i);
    values[size_t{'A'} + i] = static_cast<uint8_t>(10 + i);
  }
  return values;
}();

constexpr std::array<char, 512> hex_pairs = [] {
  constexpr char digits[] = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (size_t i = 0; i < 256; i++) {
    pairs[2 * i] = digits[i >> 4];
    pairs[2 * i + 1] = digits[i & 15];
  }
  return pairs;
}();

// Where the two digits of each of the 16 bytes stand.
constexpr uint8_t places[16] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

// The length of the blank character that `text` begins with (or ends with), or 0.
size_t blank_at_start(std::string_view text) {
  const auto c = static_cast<unsigned char>(text.front());
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (text.starts_with("\xc2\xa0")) return 2;
  if (text.starts_with("\xef\xbb\xbf")) return 3;
  return 0;
}

size_t blank_at_end(std::string_view text) {
  const auto c = static_cast<unsigned char>(text.back());
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (text.ends_with("\xc2\xa0")) return 2;
  if (text.ends_with("\xef\xbb\xbf")) return 3;
  return 0;
}

}  // namespace

std::string_view trim_id(std::string_view text) {
  size_t blank = 0;
  while (!text.empty() && (blank = blank_at_start(text)) != 0) text.remove_prefix(blank);
  while (!text.empty() && (blank = blank_at_end(text)) != 0) text.remove_suffix(blank);
  return text;
}

bool parse_contact_id(std::string_view text, ContactId &id) {
  if (text.size() != contact_id_length) return false;
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
  const auto *at = reinterpret_cast<const unsigned char *>(text.data());
  uint64_t halves[2] = {0, 0};
  unsigned bad = 0;
  for (size_t i = 0; i < 16; i++) {
    const uint8_t high = hex_values[at[places[i]]];
    const uint8_t low = hex_values[at[places[i] + 1]];
    bad |= high | low;
    halves[i / 8] = halves[i / 8] << 8 | static_cast<uint8_t>(high << 4 | low);
  }
  if (bad > 15) return false;
  id = {halves[0], halves[1]};
  return true;
}

void write_contact_id(const ContactId &id, char *out) {
  for (size_t i = 0; i < 16; i++) {
    const uint64_t half = i < 8 ? id.high : id.low;
    const auto byte = static_cast<uint8_t>(half >> (56 - 8 * (i % 8)));
    out[places[i]] = hex_pairs[2 * byte];
    out[places[i] + 1] = hex_pairs[2 * byte + 1];
  }
  out[8] = out[13] = out[18] = out[23] = '-';
}

}  // namespace skipcall
