// A header block as ABI.md frames it: name ":" [space] value CRLF, in order, no closing line.
#pragma once

#include <cstdint>
#include <string_view>

namespace skipcall {

// What the run uses of a response's headers. Times are as the server states them.
struct ResponseHeaders {
  bool has_limit = false, has_remaining = false, has_reset = false, has_date = false;
  bool has_retry_after_s = false, has_retry_after_date = false;
  uint64_t limit = 0;
  uint64_t remaining = 0;
  uint64_t reset = 0;           // unix seconds, unix milliseconds or delta seconds
  uint64_t date_ms = 0;         // RFC 9110, section 6.6.1
  uint64_t retry_after_s = 0;   // RFC 9110, section 10.2.3
  uint64_t retry_after_ms = 0;  // … its other form, a date
};

// Reads a block. Ignores unknown headers, lines that are not headers and values that are not numbers; of a
// repeated header, or a list joined by commas, the first value counts.
ResponseHeaders read_headers(std::string_view block);

}  // namespace skipcall
