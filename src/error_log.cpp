#include "error_log.hpp"

namespace skipcall {

uint16_t ErrorLog::of_response(const Response &response) {
  const std::string_view code =
      response.body.code.empty() ? response.network_code : response.body.code.view();
  return find_or_add(response.cause, response.status, code, response.body.message.view(), response.message);
}

uint16_t ErrorLog::of_cause(Cause cause, std::string_view message) {
  return find_or_add(cause, 0, {}, {}, message);
}

bool ErrorLog::has(Cause cause) const {
  for (uint16_t i = 0; i < size_; i++) {
    if (entries_[i].cause == cause) return true;
  }
  return false;
}

uint16_t ErrorLog::find_or_add(Cause cause, uint16_t status, std::string_view code,
                               std::string_view api_message, std::string_view message) {
  for (uint16_t i = 0; i < size_; i++) {
    const ErrorEntry &entry = entries_[i];
    const std::string_view own = part(entry.message_offset, entry.message_length);
    if (entry.cause == cause && entry.status == status && this->code(entry) == code &&
        this->api_message(entry) == api_message && own == message) {
      return i;
    }
  }
  if (size_ >= detailed_at_most && !(status == 0 && code.empty() && api_message.empty() && message.empty())) {
    return find_or_add(cause, 0, {}, {}, {});
  }
  ErrorEntry &added = entries_[size_];
  added = {};
  added.cause = cause;
  added.status = status;
  // Without memory for the texts the error is still reported, by its cause.
  keep(code, added.code_offset, added.code_length);
  keep(api_message, added.api_message_offset, added.api_message_length);
  keep(message, added.message_offset, added.message_length);
  return size_++;
}

bool ErrorLog::keep(std::string_view text, uint32_t &offset, uint32_t &length) {
  if (text.empty() || !texts_.append(text)) return false;
  offset = static_cast<uint32_t>(texts_.size() - text.size());
  length = static_cast<uint32_t>(text.size());
  return true;
}

}  // namespace skipcall
