#include "contact_id.hpp"

#include <bit>
#include <cstring>

namespace skipcall {
namespace {

// Eight digits are one word, the first in its lowest byte, and all of its bytes are processed at once.
static_assert(std::endian::native == std::endian::little);
constexpr uint64_t each = 0x0101010101010101u;  // times a byte: that byte eight times

// Code that runs for each id is always inline: in a module that can be stopped, each call checks whether to
// continue, and compilers decide differently.

// The value of eight hexadecimal digits of either case. bad: some of its top bits are set if one is not a
// digit.
[[gnu::always_inline]] inline uint32_t number_of(uint64_t digits, uint64_t &bad) {
  const uint64_t letter = digits >> 6 & each;  // 1 in each byte of a letter
  const uint64_t lower = digits | letter << 5;
  // Adds what brings a byte to 0x80 if it is at least '0' ('a'), and if it exceeds '9' ('f').
  const uint64_t reaches = lower + (each * 0x50 - letter * 0x31);
  const uint64_t passes = lower + (each * 0x46 - letter * 0x2d);
  bad |= digits | ~reaches | passes;
  uint64_t value = (digits & each * 15) + letter * 9;
  value = (value << 4 | value >> 8) & 0x00ff00ff00ff00ffu;
  value = (value << 8 | value >> 16) & 0x0000ffff0000ffffu;
  return static_cast<uint32_t>(value << 16 | value >> 32);
}

// The eight digits of a number, in lower case.
[[gnu::always_inline]] inline uint64_t digits_of(uint64_t number) {
  uint64_t value = (number >> 16 | number << 32) & 0x0000ffff0000ffffu;
  value = (value >> 8 | value << 16) & 0x00ff00ff00ff00ffu;
  value = (value >> 4 | value << 8) & each * 15;
  const uint64_t letter = (value + each * 6) >> 4 & each;
  return value + each * '0' + letter * ('a' - '0' - 10);
}

uint64_t load(const char *at) {
  uint64_t word = 0;
  std::memcpy(&word, at, 8);
  return word;
}

// Eight digits with a hyphen after the fourth.
uint64_t load_split(const char *at) {
  uint32_t parts[2];
  std::memcpy(&parts[0], at, 4);
  std::memcpy(&parts[1], at + 5, 4);
  return parts[0] | uint64_t{parts[1]} << 32;
}

void store_split(uint64_t digits, char *at) {
  std::memcpy(at, &digits, 4);
  at[4] = '-';
  digits >>= 32;
  std::memcpy(at + 5, &digits, 4);
}

// Reads the 36 characters of a UUID.
[[gnu::always_inline]] inline bool parse_digits(const char *at, ContactId &id) {
  if (at[8] != '-' || at[13] != '-' || at[18] != '-' || at[23] != '-') return false;
  uint64_t bad = 0;
  const uint64_t first = number_of(load(at), bad);
  const uint64_t second = number_of(load_split(at + 9), bad);
  const uint64_t third = number_of(load_split(at + 19), bad);
  const uint64_t fourth = number_of(load(at + 28), bad);
  if ((bad & each * 0x80) != 0) return false;
  id = {first << 32 | second, third << 32 | fourth};
  return true;
}

// Writes the 36 characters.
void write_contact_id(const ContactId &id, char *out) {
  const uint64_t first = digits_of(id.high >> 32);
  const uint64_t fourth = digits_of(id.low & UINT32_MAX);
  std::memcpy(out, &first, 8);
  out[8] = '-';
  store_split(digits_of(id.high & UINT32_MAX), out + 9);
  out[18] = '-';
  store_split(digits_of(id.low >> 32), out + 19);
  std::memcpy(out + 28, &fourth, 8);
}

// RFC 8259, section 2.
bool is_json_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

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

bool parse_contact_id(std::string_view text, Vec<ContactId> &ids) {
  if (text.size() != contact_id_length) return false;
  char quoted[contact_id_length + 2];
  std::memcpy(quoted + 1, text.data(), contact_id_length);
  quoted[0] = quoted[contact_id_length + 1] = '"';
  return parse_contact_ids({quoted, sizeof quoted}, ids) > 0;
}

size_t parse_contact_ids(std::string_view text, Vec<ContactId> &ids) {
  const char *const end = text.data() + text.size();
  const char *at = text.data(), *taken = at;
  ContactId *out = ids.room();
  for (ContactId *const out_end = ids.room_end(); out != out_end; at++) {
    while (at != end && is_json_blank(*at)) at++;
    if (static_cast<size_t>(end - at) < contact_id_length + 2) break;
    if (at[0] != '"' || at[contact_id_length + 1] != '"') break;
    if (!parse_digits(at + 1, *out)) break;
    out++;
    taken = at += contact_id_length + 2;
    if (at == end || *at != ',') break;
  }
  ids.take_room_to(out);
  return static_cast<size_t>(taken - text.data());
}

void write_contact_ids(const ContactId *ids, size_t count, char *out) {
  for (size_t i = 0; i < count; i++) {
    if (i > 0) *out++ = ',';
    *out++ = '"';
    write_contact_id(ids[i], out);
    out += contact_id_length;
    *out++ = '"';
  }
}

}  // namespace skipcall
