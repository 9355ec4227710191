// The distinct errors of a run; batches refer to them by number.
#pragma once

#include <cstdint>
#include <string_view>

#include "cause.hpp"
#include "response.hpp"
#include "text.hpp"

namespace skipcall {

struct ErrorEntry {
  Cause cause = Cause::none;
  uint16_t status = 0;       // 0: no response
  uint64_t retry_at_ms = 0;  // host's time; 0: not known
  uint32_t code_offset = 0, code_length = 0;
  uint32_t api_message_offset = 0, api_message_length = 0;
  uint32_t message_offset = 0, message_length = 0;  // 0: the cause's own
};

class ErrorLog {
 public:
  static constexpr uint16_t none = UINT16_MAX;
  // An API may put a request's number into each message. Beyond this many distinct errors, only the cause is
  // kept.
  static constexpr uint16_t detailed_at_most = 24;
  static constexpr uint16_t capacity = detailed_at_most + cause_count;

  // The number of the error that this response is.
  uint16_t of_response(const Response &response);
  // The number of an error without a response; `message` in place of the cause's own, if not empty.
  uint16_t of_cause(Cause cause, std::string_view message = {});

  bool has(Cause cause) const;
  // If the API named several times for one error, the latest one counts.
  void retry_not_before(uint16_t error, uint64_t ms) {
    if (ms > entries_[error].retry_at_ms) entries_[error].retry_at_ms = ms;
  }
  ErrorEntry &operator[](uint16_t i) { return entries_[i]; }
  const ErrorEntry &operator[](uint16_t i) const { return entries_[i]; }
  uint16_t size() const { return size_; }
  std::string_view code(const ErrorEntry &entry) const { return part(entry.code_offset, entry.code_length); }
  std::string_view api_message(const ErrorEntry &entry) const {
    return part(entry.api_message_offset, entry.api_message_length);
  }
  std::string_view message(const ErrorEntry &entry) const {
    return entry.message_length > 0 ? part(entry.message_offset, entry.message_length)
                                    : cause_message(entry.cause);
  }

 private:
  uint16_t find_or_add(Cause cause, uint16_t status, std::string_view code, std::string_view api_message,
                       std::string_view message);
  bool keep(std::string_view text, uint32_t &offset, uint32_t &length);
  std::string_view part(uint32_t offset, uint32_t length) const {
    return texts_.view().substr(offset, length);
  }

  ErrorEntry entries_[capacity];
  uint16_t size_ = 0;
  Text texts_;
};

}  // namespace skipcall
