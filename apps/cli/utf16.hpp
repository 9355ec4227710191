// UTF-16, as spreadsheet programs save "Unicode text".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace skipcall::cli {

// True for bytes that begin with its byte order mark, and not with that of UTF-32.
bool is_utf16(std::string_view bytes);

// The text as UTF-8, without the mark. Nothing: half a character is in it.
std::optional<std::string> utf8_of_utf16(std::string_view bytes);

}  // namespace skipcall::cli
