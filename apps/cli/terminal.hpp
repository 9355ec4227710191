// What the standard streams are, and colour for those that can show it.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace skipcall::cli {

bool is_terminal(std::FILE *stream);

// True for a terminal that can redraw a line: one that is not "dumb".
bool can_redraw(std::FILE *stream);

// Columns of the terminal behind `stream`; 80 if unknown.
unsigned terminal_width(std::FILE *stream);

// Adds colour to a string, or leaves it as it is.
class Colours {
 public:
  // `on`: see wants_colour.
  explicit Colours(bool on = false) : on_(on) {}

  std::string good(std::string_view text) const;
  std::string warning(std::string_view text) const;
  std::string bad(std::string_view text) const;
  std::string strong(std::string_view text) const;

 private:
  bool on_;
};

// True for a terminal that is not "dumb", unless NO_COLOR is set and not empty (no-color.org).
bool wants_colour(std::FILE *stream);

}  // namespace skipcall::cli
