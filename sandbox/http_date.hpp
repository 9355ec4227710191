// The date format of HTTP headers.
#pragma once

#include <cstdint>
#include <string>

namespace skipcall::sandbox {

// IMF-fixdate of a unix time, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7). Milliseconds are cut off.
// Times before 1970 are treated as 1970.
std::string http_date(int64_t unix_ms);

}  // namespace skipcall::sandbox
