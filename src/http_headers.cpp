#include "http_headers.hpp"

#include "api.hpp"
#include "unix_time.hpp"

namespace skipcall {
namespace {

bool is_name(std::string_view name, std::string_view lower) {
  if (name.size() != lower.size()) return false;
  for (size_t i = 0; i < name.size(); i++) {
    const char c = name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] + ('a' - 'A')) : name[i];
    if (c != lower[i]) return false;
  }
  return true;
}

std::string_view trim_space(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// A whole number of at most 15 digits; a fraction is cut off ("12.5" is 12).
bool parse_number(std::string_view text, uint64_t &number) {
  text = trim_space(text.substr(0, text.find(',')));
  text = text.substr(0, text.find('.'));
  if (text.empty() || text.size() > 15) return false;
  uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  number = value;
  return true;
}

void read_header(std::string_view name, std::string_view value, ResponseHeaders &to) {
  if (is_name(name, api::limit_header)) {
    to.has_limit = to.has_limit || parse_number(value, to.limit);
  } else if (is_name(name, api::remaining_header)) {
    to.has_remaining = to.has_remaining || parse_number(value, to.remaining);
  } else if (is_name(name, api::reset_header)) {
    to.has_reset = to.has_reset || parse_number(value, to.reset);
  } else if (is_name(name, "date")) {
    to.has_date = to.has_date || parse_http_date(value, to.date_ms);
  } else if (is_name(name, api::retry_after_header) && !to.has_retry_after_s && !to.has_retry_after_date) {
    to.has_retry_after_s = parse_number(value, to.retry_after_s);
    to.has_retry_after_date = !to.has_retry_after_s && parse_http_date(value, to.retry_after_ms);
  }
}

}  // namespace

ResponseHeaders read_headers(std::string_view block) {
  ResponseHeaders headers;
  const char *const end = block.data() + block.size();
  for (const char *at = block.data(); at != end;) {  // a line at a time
    const char *const name = at;
    const char *colon = nullptr;
    while (at != end && !(at[0] == '\r' && at + 1 != end && at[1] == '\n')) {
      if (*at == ':' && colon == nullptr) colon = at;
      at++;
    }
    if (colon != nullptr) {
      read_header({name, static_cast<size_t>(colon - name)},
                  trim_space({colon + 1, static_cast<size_t>(at - colon - 1)}), headers);
    }
    if (at != end) at += 2;
  }
  return headers;
}

}  // namespace skipcall
