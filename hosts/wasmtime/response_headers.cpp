#include "response_headers.hpp"

#include <algorithm>

#include "action.h"
#include "header_text.hpp"

namespace skipcall::host {
namespace {

constexpr size_t longest_block = 64u << 10;
constexpr size_t most_bytes = 128u << 10;
constexpr size_t longest_length = 18;  // digits of a Content-Length

// "200" of "HTTP/1.1 200 OK".
std::string_view status_of(std::string_view status_line) {
  const size_t space = status_line.find(' ');
  return space == std::string_view::npos ? std::string_view() : status_line.substr(space + 1, 3);
}

}  // namespace

uint32_t ResponseHeaders::add_line(std::string_view line) {
  seen_bytes_ += line.size();
  if (seen_bytes_ > most_bytes) return ACTION_HTTP_TOO_LARGE;
  if (line.substr(0, 5) == "HTTP/" && (!closed_ || informational_)) {
    block_.clear();
    closed_ = kept_last_ = false;
    informational_ = status_of(line).substr(0, 1) == "1";
    return status_of(line) == "101" ? ACTION_HTTP_PROTOCOL : ACTION_HTTP_OK;
  }
  if (closed_) return ACTION_HTTP_OK;
  if (!line.empty() && line.find_first_not_of("\r\n") != std::string_view::npos) return add_header(line);
  closed_ = true;
  return informational_ || lengths_agree() ? ACTION_HTTP_OK : ACTION_HTTP_PROTOCOL;
}

uint32_t ResponseHeaders::add_header(std::string_view line) {
  // An obsolete continuation (RFC 9112, 5.2): one space joins it to the line before.
  const bool is_continued = line[0] == ' ' || line[0] == '\t';
  const std::string_view text = trim_space(line);
  const size_t colon = is_continued ? 0 : text.find(':');
  const bool was_kept = kept_last_;
  const bool is_framed = text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
  kept_last_ = is_framed &&
               (is_continued ? was_kept : colon != std::string_view::npos && is_token(text.substr(0, colon)));
  if (!kept_last_ || text.empty()) return ACTION_HTTP_OK;
  std::string kept = is_continued ? " " + std::string(text)
                                  : std::string(text.substr(0, colon)) + ": " +
                                        std::string(trim_space(text.substr(colon + 1)));
  kept += "\r\n";
  if (block_.size() + kept.size() > longest_block) return ACTION_HTTP_TOO_LARGE;
  if (is_continued) block_.resize(block_.size() - 2);
  block_ += kept;
  return ACTION_HTTP_OK;
}

std::vector<std::string_view> ResponseHeaders::values(std::string_view name) const {
  std::vector<std::string_view> found;
  for (std::string_view rest = block_; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size() + 2);
    const size_t colon = line.find(':');
    if (to_lower(line.substr(0, colon)) == name) found.push_back(trim_space(line.substr(colon + 1)));
  }
  return found;
}

// False: two lengths that differ, one that is not a number or larger than libcurl can count, one beside a
// transfer coding, or a transfer coding other than chunks. Where the body ends is then a guess (RFC 9112,
// 6.3), and another reader may guess differently.
bool ResponseHeaders::lengths_agree() const {
  const auto lengths = values("content-length");
  const auto is_wrong = [&](std::string_view length) {
    return length.empty() || length.size() > longest_length ||
           length.find_first_not_of("0123456789") != std::string_view::npos || length != lengths[0];
  };
  const auto codings = values("transfer-encoding");
  const bool is_chunked = codings.size() == 1 && to_lower(codings[0]) == "chunked";
  return std::none_of(lengths.begin(), lengths.end(), is_wrong) &&
         (codings.empty() || (is_chunked && lengths.empty()));
}

}  // namespace skipcall::host
