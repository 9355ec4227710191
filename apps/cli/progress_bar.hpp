// One line on a terminal that shows how far a run is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "action.h"

namespace skipcall::cli {

// The line, at most `width` columns. removed: the API's count so far. now_ms: unix time. per_second:
// contacts; 0: not known yet.
std::string progress_text(const action_progress &progress, uint64_t removed, unsigned width, uint64_t now_ms,
                          double per_second);

// How progress is shown: by a line that is redrawn, by a line every 30 s if there is no terminal, or not at
// all.
enum class ProgressStyle { bar, lines, none };

// Shows progress_text on standard error: a bar at most ten times a second.
class ProgressBar {
 public:
  explicit ProgressBar(ProgressStyle style)
      : style_(style),
        between_(style == ProgressStyle::bar ? std::chrono::milliseconds(100) : std::chrono::seconds(30)) {}
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar &) = delete;
  ProgressBar &operator=(const ProgressBar &) = delete;

  void draw(const action_progress &progress, uint64_t removed,
            std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());
  // Removes the line, to make room for other text or for good.
  void clear();

 private:
  ProgressStyle style_;
  std::chrono::milliseconds between_;
  bool drawn_ = false;
  // When it began, and what was done by then, for the rate.
  std::chrono::steady_clock::time_point begin_{};
  uint64_t done_at_begin_ = 0;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace skipcall::cli
