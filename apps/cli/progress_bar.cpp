#include "progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "terminal.hpp"
#include "wording.hpp"

namespace skipcall::cli {

std::string progress_text(const action_progress &progress, uint64_t removed, unsigned width, uint64_t now_ms,
                          double per_second) {
  const uint64_t done = uint64_t{progress.confirmed} + progress.failed;
  const uint64_t percent = progress.total == 0 ? 100 : done * 100 / progress.total;
  std::string text = fmt::format(" {} % {} of {}, {} removed", percent, grouped(done),
                                 grouped(progress.total), grouped(removed));
  if (progress.failed > 0) text += fmt::format(", {} failed", grouped(progress.failed));
  if (progress.wake_ms != 0 && progress.phase == ACTION_PHASE_RATE_WINDOW) {
    text += ", waiting for the rate limit until " + clock_text(progress.wake_ms, now_ms);
  } else if (progress.wake_ms != 0 && progress.phase == ACTION_PHASE_BACK_OFF) {
    text += ", trying again at " + clock_text(progress.wake_ms, now_ms);
  }
  if (per_second > 0 && done < progress.total) {
    const double left = static_cast<double>(progress.total - done) / per_second;
    text += fmt::format(", {}/s, {} left", grouped(static_cast<uint64_t>(std::llround(per_second))),
                        duration_text(static_cast<uint64_t>(left) * 1000 + 1000));
  }
  // The bar takes the space that the words leave; if that is too little, there are only the words.
  const size_t room = width > text.size() + 3 ? std::min<size_t>(width - text.size() - 3, 40) : 0;
  if (room < 8) return text.substr(1, width);
  const size_t full = progress.total == 0 ? room : std::min<size_t>(room * done / progress.total, room);
  return "[" + std::string(full, '#') + std::string(room - full, '.') + "]" + text;
}

void ProgressBar::draw(const action_progress &progress, uint64_t removed,
                       std::chrono::steady_clock::time_point now) {
  if (style_ == ProgressStyle::none) return;
  const uint64_t done = uint64_t{progress.confirmed} + progress.failed;
  if (begin_ == std::chrono::steady_clock::time_point()) {
    begin_ = now;
    done_at_begin_ = done;
    // The first line comes after a while: most runs need none.
    if (style_ == ProgressStyle::lines) last_ = now;
  }
  if (now - last_ < between_) return;
  last_ = now;
  const auto unix_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  const double per_second = seconds < 1 ? 0 : static_cast<double>(done - done_at_begin_) / seconds;
  const bool is_bar = style_ == ProgressStyle::bar;
  const std::string text = progress_text(progress, removed, is_bar ? terminal_width(stderr) : 200,
                                         static_cast<uint64_t>(unix_ms.count()), per_second);
  if (is_bar) {
    std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
    drawn_ = true;
  } else {
    // Without the bar, which is only for the eye.
    std::fprintf(stderr, "%s\n", text.substr(text.find(']') == text.npos ? 0 : text.find(']') + 2).c_str());
  }
  std::fflush(stderr);
}

void ProgressBar::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace skipcall::cli
