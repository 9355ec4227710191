#include "mask.hpp"

namespace skipcall {
namespace {

constexpr bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

constexpr bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

bool starts_api_key(std::string_view text) {
  return text.starts_with("sk_live_") || text.starts_with("sk_test_");
}

}  // namespace

bool has_api_key(std::string_view text) {
  for (size_t at = text.find("sk_"); at != text.npos; at = text.find("sk_", at + 1)) {
    if ((at == 0 || !is_key_character(text[at - 1])) && starts_api_key(text.substr(at))) return true;
  }
  return false;
}

bool append_masked(Text &out, std::string_view text, size_t characters) {
  constexpr size_t prefix = 8;
  while (!text.empty() && characters > 0) {
    if (starts_api_key(text)) {
      const size_t shown = characters < prefix ? characters : prefix;
      const size_t stars = characters - shown < 3 ? characters - shown : 3;
      out.append(text.substr(0, shown));
      out.append(std::string_view("***", stars));
      text.remove_prefix(prefix);
      // A star comes from an earlier masking.
      while (!text.empty() && (is_key_character(text.front()) || text.front() == '*')) text.remove_prefix(1);
      characters -= shown + stars;
      continue;
    }
    size_t length = 1;
    while (length < text.size() && continues_character(text[length])) length++;
    out.append(text.substr(0, length));
    text.remove_prefix(length);
    characters--;
  }
  return out.ok();
}

}  // namespace skipcall
