#include "unix_time.hpp"

namespace skipcall {
namespace {

constexpr uint64_t day_ms = 86'400'000;
constexpr uint64_t last_ms = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

// Days since 1970-01-01 of a day of the Gregorian calendar (Hinnant, "chrono-compatible low-level date
// algorithms").
int64_t days_of(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = year / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

enum Field : uint8_t { year, month, day, hour, minute, second };

// Reads a date by its pattern, character by character: '0' to '5' stand for a digit of that Field, except
// that of month stands for its name; '+' for a digit of the day, or a space; '?' for anything, everything
// else for itself. False: it does not fit.
bool read_fields(std::string_view text, std::string_view pattern, int64_t (&fields)[6]) {
  if (text.size() != pattern.size()) return false;
  for (size_t i = 0; i < text.size(); i++) {
    const char expected = pattern[i], c = text[i];
    if (expected == '0' + month) {
      constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
      const size_t at = names.find(text.substr(i, 3));
      if (at == std::string_view::npos || at % 3 != 0) return false;
      fields[month] = static_cast<int64_t>(at / 3) + 1;
      i += 2;
    } else if (expected >= '0' && expected <= '5') {
      if (c < '0' || c > '9') return false;
      fields[expected - '0'] = fields[expected - '0'] * 10 + (c - '0');
    } else if (expected == '+' && c >= '0' && c <= '9') {
      fields[day] = c - '0';
    } else if (c != (expected == '+' ? ' ' : expected) && expected != '?') {
      return false;
    }
  }
  return true;
}

}  // namespace

bool parse_http_date(std::string_view text, uint64_t &ms) {
  const size_t comma = text.find(',');
  int64_t fields[6] = {};
  bool fits = false;
  if (comma == std::string_view::npos) {  // Sun Nov  6 08:49:37 1994
    fits = read_fields(text, "??? 111 +2 33:44:55 0000", fields);
  } else if (comma == 3) {  // Sun, 06 Nov 1994 08:49:37 GMT
    fits = read_fields(text, "???, 22 111 0000 33:44:55 GMT", fields);
  } else {  // Sunday, 06-Nov-94 08:49:37 GMT
    fits = read_fields(text.substr(comma), ", 22-111-00 33:44:55 GMT", fields);
    fields[year] += fields[year] < 70 ? 2000 : 1900;
  }
  if (!fits || fields[year] < 1970 || fields[day] < 1 || fields[day] > 31 || fields[hour] > 23 ||
      fields[minute] > 59 || fields[second] > 60) {
    return false;
  }
  const int64_t hours = days_of(fields[year], fields[month], fields[day]) * 24 + fields[hour];
  ms = static_cast<uint64_t>((hours * 60 + fields[minute]) * 60 + fields[second]) * 1000;
  return true;
}

void write_iso_time(uint64_t ms, char out[24]) {
  ms = ms < last_ms ? ms : last_ms;
  const uint64_t days = ms / day_ms + 719468;
  const uint64_t era = days / 146097;
  const uint64_t day_of_era = days % 146097;
  const uint64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint64_t month_from_march = (5 * day_of_year + 2) / 153;
  const uint64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const uint64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const uint64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);

  char *at = out;
  const auto put = [&at](uint64_t value, unsigned digits, char after) {
    for (unsigned i = digits; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
    at += digits;
    *at++ = after;
  };
  put(year, 4, '-');
  put(month, 2, '-');
  put(day, 2, 'T');
  put(ms / 3'600'000 % 24, 2, ':');
  put(ms / 60'000 % 60, 2, ':');
  put(ms / 1000 % 60, 2, '.');
  put(ms % 1000, 3, 'Z');
}

}  // namespace skipcall
