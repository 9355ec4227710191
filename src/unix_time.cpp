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

// Takes text off its front, piece by piece; after the first piece that does not fit, nothing fits.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  void literal(std::string_view text) {
    ok = ok && rest.starts_with(text);
    if (ok) rest.remove_prefix(text.size());
  }
  int64_t number(size_t digits) {
    int64_t value = 0;
    ok = ok && rest.size() >= digits;
    for (size_t i = 0; ok && i < digits; i++) {
      ok = rest[i] >= '0' && rest[i] <= '9';
      value = value * 10 + (rest[i] - '0');
    }
    if (ok) rest.remove_prefix(digits);
    return value;
  }
  int64_t month() {
    constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const size_t at = ok && rest.size() >= 3 ? names.find(rest.substr(0, 3)) : std::string_view::npos;
    ok = at != std::string_view::npos && at % 3 == 0;
    if (ok) rest.remove_prefix(3);
    return ok ? static_cast<int64_t>(at / 3) + 1 : 1;
  }
};

}  // namespace

bool parse_http_date(std::string_view text, uint64_t &ms) {
  const size_t comma = text.find(',');
  Scanner scan{text};
  int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const auto time = [&] {
    hour = scan.number(2);
    scan.literal(":");
    minute = scan.number(2);
    scan.literal(":");
    second = scan.number(2);
  };
  if (comma == 3) {  // Sun, 06 Nov 1994 08:49:37 GMT
    scan.rest.remove_prefix(4);
    scan.literal(" ");
    day = scan.number(2);
    scan.literal(" ");
    month = scan.month();
    scan.literal(" ");
    year = scan.number(4);
    scan.literal(" ");
    time();
    scan.literal(" GMT");
  } else if (comma != std::string_view::npos) {  // Sunday, 06-Nov-94 08:49:37 GMT
    scan.rest.remove_prefix(comma + 1);
    scan.literal(" ");
    day = scan.number(2);
    scan.literal("-");
    month = scan.month();
    scan.literal("-");
    year = scan.number(2);
    year += year < 70 ? 2000 : 1900;
    scan.literal(" ");
    time();
    scan.literal(" GMT");
  } else {  // Sun Nov  6 08:49:37 1994
    scan.rest.remove_prefix(text.size() < 4 ? text.size() : 4);
    month = scan.month();
    scan.literal(" ");
    if (scan.rest.starts_with(" ")) {
      scan.literal(" ");
      day = scan.number(1);
    } else {
      day = scan.number(2);
    }
    scan.literal(" ");
    time();
    scan.literal(" ");
    year = scan.number(4);
  }
  if (!scan.ok || !scan.rest.empty()) return false;
  if (year < 1970 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return false;
  ms = static_cast<uint64_t>(((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000;
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
