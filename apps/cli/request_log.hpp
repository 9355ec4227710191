// Requests and answers as lines, for --verbose.
#pragma once

#include <string>

#include "drive.hpp"

namespace skipcall::cli {

// One line, without its end: "#3 DELETE /v1/… {"contactIds":[…]}", or "#3 200 {"removed":2}", or "#3 no
// response (timeout)". Holds ids; the key is in neither side. Made printable, a long body cut.
std::string request_log_line(const host::ExchangeReport &report);

// "timeout", "name not found" …: the words for an ACTION_HTTP_* number.
std::string http_error_text(uint32_t error);

}  // namespace skipcall::cli
