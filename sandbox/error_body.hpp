// The bodies of error responses, in every form that a server of this kind is known to use.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/switches.hpp"

namespace skipcall::sandbox {

// The reason phrase of a status that the sandbox sends, "Not Found"; "Error" for any other.
std::string_view reason_phrase(int status);

struct Body {
  std::string content_type;  // empty if the text is
  std::string text;
};

// The body of an error. `code` as documented ("NOT_FOUND"), `message` for a person. Bytes that are not UTF-8
// are replaced.
Body make_error_body(ErrorBody shape, int status, std::string_view code, std::string_view message);

}  // namespace skipcall::sandbox
