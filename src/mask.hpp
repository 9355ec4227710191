// Text from outside on its way into a result: cut to a length, with anything like an API key masked.
#pragma once

#include <string_view>

#include "text.hpp"

namespace skipcall {

// Whether a word of `text` begins like an API key.
bool has_api_key(std::string_view text);

// Appends at most `characters` characters of the UTF-8 `text`; what follows sk_live_ or sk_test_ becomes
// "***".
bool append_masked(Text &out, std::string_view text, size_t characters);

}  // namespace skipcall
