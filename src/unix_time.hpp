// Unix time in milliseconds: read from an HTTP date, written as ISO 8601.
#pragma once

#include <cstdint>
#include <string_view>

namespace skipcall {

// Reads an HTTP date in any of the three forms of RFC 9110, section 5.6.7. False: it is not one; `ms` is
// unchanged.
bool parse_http_date(std::string_view text, uint64_t &ms);

// Writes "2026-01-31T23:59:59.000Z" (24 bytes) to `out`. Years after 9999 are written as
// 9999-12-31T23:59:59.999Z.
void write_iso_time(uint64_t ms, char out[24]);
inline constexpr size_t iso_time_length = 24;

}  // namespace skipcall
