// The characters of header names and values (RFC 9110, section 5).
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

namespace skipcall::host {

// ASCII only, whatever the locale.
inline char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline std::string to_lower(std::string_view text) {
  std::string result(text);
  for (char &c : result) c = to_lower(c);
  return result;
}

// RFC 9110, 5.6.2.
inline bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
           marks.find(c) != std::string_view::npos;
  });
}

// Without leading and trailing spaces, tabs and line ends.
inline std::string_view trim_space(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const size_t begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

}  // namespace skipcall::host
