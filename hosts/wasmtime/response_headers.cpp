#include "response_headers.hpp"

namespace skipcall::host {
namespace {

constexpr size_t longest_block = 64u << 10;

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  size_t begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

// "HTTP/1.1 100 Continue", "HTTP/2 103"
bool is_informational(std::string_view status_line) {
  size_t space = status_line.find(' ');
  return space != std::string_view::npos && status_line.substr(space + 1, 1) == "1";
}

}  // namespace

bool ResponseHeaders::add_line(std::string_view line) {
  bool is_status = line.substr(0, 5) == "HTTP/";
  if (is_status && (!closed_ || informational_)) {
    block_.clear();
    closed_ = false;
    informational_ = is_informational(line);
    return true;
  }
  if (closed_) return true;
  bool folded = !line.empty() && (line[0] == ' ' || line[0] == '\t');
  std::string_view text = trim(line);
  if (text.empty()) {
    if (!folded) closed_ = true;
    return true;
  }
  if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return true;
  std::string kept;
  if (folded) {
    // An obsolete continuation (RFC 9112, 5.2): one space joins it to the line before.
    if (block_.empty()) return true;
    kept = " " + std::string(text) + "\r\n";
    block_.resize(block_.size() - 2);
  } else {
    size_t colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos) return true;
    kept = std::string(text.substr(0, colon)) + ": " + std::string(trim(text.substr(colon + 1))) + "\r\n";
  }
  if (block_.size() + kept.size() > longest_block) {
    if (folded) block_ += "\r\n";
    return false;
  }
  block_ += kept;
  return true;
}

}  // namespace skipcall::host
