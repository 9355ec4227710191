#include "wording.hpp"

#include <cstdlib>
#include <ctime>

#include "catch.hpp"

using namespace skipcall::cli;

TEST_CASE("numbers are grouped by thousands") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(counted(1, "contact") == "1 contact");
  CHECK(counted(0, "contact") == "0 contacts");
  CHECK(counted(3214, "contact") == "3,214 contacts");
}

TEST_CASE("time spans have at most two units") {
  CHECK(duration_text(0) == "0 ms");
  CHECK(duration_text(999) == "999 ms");
  CHECK(duration_text(12400) == "12 s");
  CHECK(duration_text(185000) == "3 min 5 s");
  CHECK(duration_text(7440000) == "2 h 4 min");
}

TEST_CASE("times of another day carry their date") {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const uint64_t time = parse_utc("2026-01-01T14:03:20.000Z");
  CHECK(time == 1767276200000);
  CHECK(clock_text(time, time) == "14:03:20");
  CHECK(clock_text(time, time + 24 * 3600 * 1000) == "2026-01-01 14:03:20");
  CHECK(parse_utc("soon") == 0);
  CHECK(parse_utc("") == 0);
}

TEST_CASE("what looks like a key is cut to its beginning") {
  CHECK(without_keys("a sk_live_ABC-1, sk_test_x") == "a sk_live_…, sk_test_…");
  CHECK(without_keys("sk_other sk_live") == "sk_other sk_live");
}

TEST_CASE("foreign text does not control a terminal") {
  CHECK(printable("a\x1b[2Jb\r\n\x7f") == "a?[2Jb???");
  CHECK(printable("caf\xC3\xA9") == "caf\xC3\xA9");
  CHECK(printable("a\xC2\x9B"
                  "2J") == "a?2J");
  CHECK(printable("a\xE9") == "a?");
}

TEST_CASE("a path is one word of a shell's command line") {
  CHECK(shell_word("/var/ann/skipcall-remaining-2026.json") == "/var/ann/skipcall-remaining-2026.json");
  CHECK(shell_word("caf\xC3\xA9.csv") == "caf\xC3\xA9.csv");
  CHECK(shell_word("my file.json") == "'my file.json'");
  CHECK(shell_word("it's $HOME") == "'it'\\''s $HOME'");
  CHECK(shell_word("~/x") == "'~/x'");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("a\x1b[31m'b") == "$'a\\x1b[31m\\x27b'");
  CHECK(shell_word("a\u202e") == "$'a\\xe2\\x80\\xae'");
}
