#include "progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "terminal.hpp"
#include "wording.hpp"

namespace skipcall::cli {

std::string progress_text(const action_progress &progress, std::uint64_t removed, unsigned width,
                          std::uint64_t now_ms) {
  const std::uint64_t done = std::uint64_t{progress.confirmed} + progress.failed;
  std::string text =
      fmt::format(" {} of {}, {} removed", grouped(done), grouped(progress.total), grouped(removed));
  if (progress.failed > 0) text += fmt::format(", {} failed", grouped(progress.failed));
  if (progress.wake_ms != 0 && progress.phase == ACTION_PHASE_RATE_WINDOW) {
    text += ", waiting for the rate limit until " + clock_text(progress.wake_ms, now_ms);
  } else if (progress.wake_ms != 0 && progress.phase == ACTION_PHASE_BACK_OFF) {
    text += ", trying again at " + clock_text(progress.wake_ms, now_ms);
  }
  // The bar takes what the words leave; with too little left the words stand alone.
  const std::size_t room = width > text.size() + 3 ? std::min<std::size_t>(width - text.size() - 3, 40) : 0;
  if (room < 8) return text.substr(1, width);
  const std::size_t full =
      progress.total == 0 ? room : std::min<std::size_t>(room * done / progress.total, room);
  return "[" + std::string(full, '#') + std::string(room - full, '.') + "]" + text;
}

void ProgressBar::draw(const action_progress &progress, std::uint64_t removed) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_ || (drawn_ && now - last_ < std::chrono::milliseconds(100))) return;
  const auto unix_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const std::string text =
      progress_text(progress, removed, terminal_width(stderr), static_cast<std::uint64_t>(unix_ms.count()));
  std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
  std::fflush(stderr);
  drawn_ = true;
  last_ = now;
}

void ProgressBar::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace skipcall::cli
