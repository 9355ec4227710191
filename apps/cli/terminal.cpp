#include "terminal.hpp"

#include <fmt/color.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace skipcall::cli {
namespace {

std::string styled(bool on, fmt::text_style style, std::string_view text) {
  return on ? fmt::format(style, "{}", text) : std::string(text);
}

}  // namespace

bool is_terminal(std::FILE *stream) {
  return ::isatty(::fileno(stream)) == 1;
}

bool can_redraw(std::FILE *stream) {
  const char *terminal = std::getenv("TERM");
  return is_terminal(stream) && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

unsigned terminal_width(std::FILE *stream) {
  winsize size{};
  const bool known = ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

std::string Colours::good(std::string_view text) const {
  return styled(on_, fg(fmt::terminal_color::green), text);
}

std::string Colours::warning(std::string_view text) const {
  return styled(on_, fg(fmt::terminal_color::yellow), text);
}

std::string Colours::bad(std::string_view text) const {
  return styled(on_, fg(fmt::terminal_color::red), text);
}

std::string Colours::strong(std::string_view text) const {
  return styled(on_, fmt::emphasis::bold, text);
}

bool wants_colour(std::FILE *stream) {
  const char *no_colour = std::getenv("NO_COLOR");
  return can_redraw(stream) && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace skipcall::cli
