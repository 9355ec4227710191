#include "duration.hpp"

#include <charconv>
#include <string_view>

#include "failure.hpp"

namespace skipcall::cli {

uint64_t parse_duration_ms(const std::string &option, const std::string &text) {
  uint32_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(rest, static_cast<size_t>(text.data() + text.size() - rest));
  if (error == std::errc()) {
    if (unit == "ms") return number;
    if (unit.empty() || unit == "s") return number * uint64_t{1000};
    if (unit == "m") return number * uint64_t{60 * 1000};
    if (unit == "h") return number * uint64_t{60 * 60 * 1000};
  }
  throw BadInput(option + ": \"" + text + "\" is not a time span; write 30s, 5m, 2h or 500ms");
}

std::string short_duration(uint64_t milliseconds) {
  if (milliseconds % 1000 != 0) return std::to_string(milliseconds) + "ms";
  const uint64_t seconds = milliseconds / 1000;
  if (seconds > 0 && seconds % 3600 == 0) return std::to_string(seconds / 3600) + "h";
  if (seconds > 0 && seconds % 60 == 0) return std::to_string(seconds / 60) + "m";
  return std::to_string(seconds) + "s";
}

}  // namespace skipcall::cli
