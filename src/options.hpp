// The options of remove_contacts, with their defaults and ranges. A test compares them with the manifest.
#pragma once

#include <cstdint>
#include <string_view>

namespace skipcall {

struct Options {
  uint64_t concurrency = 6;   // open requests at most
  uint64_t batch_size = 100;  // ids per request
  uint64_t max_attempts = 5;  // tries per batch; failures in a row that end the run
  uint64_t request_timeout_ms = 30'000;
  uint64_t max_stall_ms = 300'000;   // without a confirmed batch; 0: no window is waited for
  uint64_t max_duration_ms = 0;      // from the first wake; 0: none given
  uint64_t leave_remaining = 0;      // requests of each window left to others …
  bool has_leave_remaining = false;  // … if given; else a share of the limit
  bool skip_invalid = false;         // onInvalid: "skip"
  bool dry_run = false;
};

inline constexpr uint64_t leave_remaining_divisor = 20;  // 5 % of the limit

struct NumberOption {
  std::string_view name;
  uint64_t Options::*member;
  uint64_t at_least, at_most;
};

inline constexpr NumberOption number_options[] = {
    {"concurrency", &Options::concurrency, 1, 32},
    {"batchSize", &Options::batch_size, 1, 100},
    {"maxAttempts", &Options::max_attempts, 1, 20},
    {"requestTimeoutMs", &Options::request_timeout_ms, 1000, 600'000},
    {"maxStallMs", &Options::max_stall_ms, 0, 86'400'000},
    {"maxDurationMs", &Options::max_duration_ms, 1000, 86'400'000},
    {"leaveRemaining", &Options::leave_remaining, 0, 1'000'000},
};

}  // namespace skipcall
