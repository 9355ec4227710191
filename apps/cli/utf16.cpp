#include "utf16.hpp"

namespace skipcall::cli {
namespace {

void append_utf8(std::string &text, char32_t code) {
  const auto byte = [&](char32_t value) { text += static_cast<char>(value); };
  const auto rest = [&](int shift) { byte(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6), rest(0);
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12), rest(6), rest(0);
  } else {
    byte(0xF0 | code >> 18), rest(12), rest(6), rest(0);
  }
}

}  // namespace

bool is_utf16(std::string_view bytes) {
  return bytes.starts_with("\xFE\xFF") ||
         (bytes.starts_with("\xFF\xFE") && !bytes.starts_with(std::string_view("\xFF\xFE\0\0", 4)));
}

std::optional<std::string> utf8_of_utf16(std::string_view bytes) {
  const size_t high = bytes.front() == '\xFE' ? 0 : 1;  // which byte of two is the high one
  const auto unit = [&](size_t at) {
    const auto byte = [&](size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(bytes[i])); };
    return byte(at + high) << 8 | byte(at + 1 - high);
  };
  if (bytes.size() % 2 != 0) return std::nullopt;
  std::string text;
  for (size_t at = 2; at < bytes.size(); at += 2) {
    char32_t code = unit(at);
    if (code >= 0xD800 && code < 0xE000) {  // one of two halves
      const char32_t second = at + 2 < bytes.size() ? unit(at + 2) : 0;
      if (code >= 0xDC00 || second < 0xDC00 || second >= 0xE000) return std::nullopt;
      code = 0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00);
      at += 2;
    }
    append_utf8(text, code);
  }
  return text;
}

}  // namespace skipcall::cli
