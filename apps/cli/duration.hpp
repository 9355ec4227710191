// A time span as a person writes it.
#pragma once

#include <cstdint>
#include <string>

namespace skipcall::cli {

// Milliseconds of "500ms", "30s", "5m" or "2h"; a bare number is seconds. Throws BadInput, naming `option`.
uint64_t parse_duration_ms(const std::string &option, const std::string &text);

// The same in its shortest form: "500ms", "30s", "5m", "2h".
std::string short_duration(uint64_t milliseconds);

}  // namespace skipcall::cli
