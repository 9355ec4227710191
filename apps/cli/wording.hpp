// Numbers, times and foreign text in the form in which a person reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace skipcall::cli {

// "3214" as "3,214".
std::string grouped(uint64_t number);

// "1 contact", "3,214 contacts".
std::string counted(uint64_t number, std::string_view noun);

// "850 ms", "12 s", "3 min 5 s", "2 h 4 min".
std::string duration_text(uint64_t milliseconds);

// Unix time in ms as local "14:03:20", preceded by the date if it is not today's. now_ms: for "today".
std::string clock_text(uint64_t unix_ms, uint64_t now_ms);

// Unix time in ms of an RFC 3339 time in UTC ("2026-01-01T00:01:00.000Z"); 0 if it is not one.
uint64_t parse_utc(const std::string &text);

// Foreign text as part of a line: characters that a terminal would obey, or that are invisible, become "?".
std::string printable(std::string_view text);

// The same in quotation marks.
std::string in_quotes(std::string_view text);

// `text` with anything that looks like an API key cut to its beginning, "sk_live_…".
std::string without_keys(const std::string &text);

// `text` as one word of a shell's command line, quoted if a shell would interpret it.
std::string shell_word(std::string_view text);

}  // namespace skipcall::cli
