#include "wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <regex>

#include "harmless_text.hpp"

namespace skipcall::cli {

std::string grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string counted(uint64_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string duration_text(uint64_t milliseconds) {
  if (milliseconds < 1000) return std::to_string(milliseconds) + " ms";
  const uint64_t seconds = (milliseconds + 500) / 1000;
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

std::string clock_text(uint64_t unix_ms, uint64_t now_ms) {
  const auto time = static_cast<std::time_t>(unix_ms / 1000);
  const auto today = static_cast<std::time_t>(now_ms / 1000);
  std::tm parts{};
  std::tm today_parts{};
  localtime_r(&time, &parts);
  localtime_r(&today, &today_parts);
  const bool is_today = parts.tm_year == today_parts.tm_year && parts.tm_yday == today_parts.tm_yday;
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), is_today ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &parts);
  return text.data();
}

uint64_t parse_utc(const std::string &text) {
  std::tm parts{};
  const char *rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::time_t seconds = rest == nullptr ? -1 : timegm(&parts);
  return seconds < 0 ? 0 : static_cast<uint64_t>(seconds) * 1000;
}

std::string printable(std::string_view text) {
  return host::harmless_text(text);
}

std::string in_quotes(std::string_view text) {
  return '"' + printable(text) + '"';
}

std::string without_keys(const std::string &text) {
  static const std::regex key("(sk_(live|test)_)[A-Za-z0-9_-]+");
  return std::regex_replace(text, key, "$1…");
}

std::string shell_word(std::string_view text) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c >= 0x80 ||
           std::string_view("_-./+,:@%=").find(static_cast<char>(c)) != std::string_view::npos;
  };
  const bool is_harmless = printable(text) == text;
  if (is_harmless && !text.empty() && std::all_of(text.begin(), text.end(), is_plain))
    return std::string(text);
  // Unprintable characters are written as bash and its like read them.
  std::string quoted = is_harmless ? "'" : "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_harmless) {
      quoted += c == '\'' ? "'\\''" : std::string(1, c);
    } else if (byte < 0x20 || byte >= 0x7F || c == '\'' || c == '\\') {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace skipcall::cli
