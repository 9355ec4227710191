// The body of a response: the count of a removal, or the code and message of an error in any of the forms
// seen.
#pragma once

#include <cstdint>
#include <string_view>

#include "text.hpp"

namespace skipcall {

inline constexpr size_t api_code_at_most = 64;      // characters
inline constexpr size_t api_message_at_most = 500;  // characters

struct ResponseBody {
  bool has_removed = false;  // a whole number, 0 or more, in member "removed" of an object
  uint64_t removed = 0;
  bool is_object = false;
  bool has_error = false;  // a code, or a number "status" or "statusCode"
  Text code;               // of {"error":{code}}, flat {code}, or {statusCode, error: text}; masked and cut
  Text message;            // likewise; lists of strings are joined by "; "
};

// Reads a body. One that is not a JSON object (HTML, nothing) gives no count, code or text. Out of memory
// has the same effect. Source: API document, responses 200, 401 and 403.
void read_response_body(std::string_view body, ResponseBody &to);

}  // namespace skipcall
