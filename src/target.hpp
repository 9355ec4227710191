// The request target of a removal: /v1/sequences/{id}/contacts.
#pragma once

#include <string_view>

#include "text.hpp"

namespace skipcall {

inline constexpr size_t sequence_id_at_most = 1024;  // bytes of UTF-8; an id has a few dozen

// Whether `id` (trimmed) can be one path segment: not empty, without a segment "." or ".." in any spelling,
// at most 1,024 bytes, and without an API key, which servers would write into their logs.
bool is_sequence_id(std::string_view id);

// Appends the target, the id percent-encoded (RFC 3986, section 2: all but unreserved characters).
bool append_target(Text &out, std::string_view sequence_id);

}  // namespace skipcall
