#include "sandbox/message.hpp"

#include <algorithm>

namespace skipcall::sandbox {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool key_char(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '-';
}

}  // namespace

const std::string *find_header(const std::vector<Header> &headers, std::string_view name) {
  for (const Header &header : headers) {
    if (same_name(header.name, name)) return &header.value;
  }
  return nullptr;
}

size_t count_headers(const std::vector<Header> &headers, std::string_view name) {
  return static_cast<size_t>(std::count_if(
      headers.begin(), headers.end(), [name](const Header &header) { return same_name(header.name, name); }));
}

std::string mask_keys(std::string_view text) {
  std::string masked;
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("sk_live_") || rest.starts_with("sk_test_")) {
      masked.append(rest.substr(0, 8)).append("***");
      while (i < text.size() && key_char(text[i])) ++i;
    } else {
      masked.push_back(text[i++]);
    }
  }
  return masked;
}

}  // namespace skipcall::sandbox
