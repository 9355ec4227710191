// Requests and responses as lines, for --verbose.
#pragma once

#include <string>

#include "drive.hpp"

namespace skipcall::cli {

// One line, without its end: "#3 DELETE /v1/… {"contactIds":[…]}", or "#3 200 {"removed":2}", or "#3 no
// response (timeout)". Holds ids, but never the key. Made printable; a long body is cut.
std::string request_log_line(const host::ExchangeReport &report);

// "timeout", "name not found" …: an ACTION_HTTP_* number in words.
std::string http_error_text(uint32_t error);

}  // namespace skipcall::cli
