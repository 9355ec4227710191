// progress_bar.hpp: one line on a terminal that says how far a run is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "action.h"

namespace skipcall::cli {

// The line, at most `width` columns. removed: the API's own count so far. now_ms: unix time.
std::string progress_text(const action_progress &progress, std::uint64_t removed, unsigned width,
                          std::uint64_t now_ms);

// Draws progress_text over itself on standard error, at most ten times a second. Draws nothing when `on` is
// false.
class ProgressBar {
 public:
  explicit ProgressBar(bool on) : on_(on) {}
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar &) = delete;
  ProgressBar &operator=(const ProgressBar &) = delete;

  void draw(const action_progress &progress, std::uint64_t removed);
  // Takes the line away, for other text or for good.
  void clear();

 private:
  bool on_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace skipcall::cli
