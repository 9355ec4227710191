// The lines of a journal as abi/JOURNAL.md has them: what a run began with, its events, and the sums that
// reveal a damaged line. No files.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "digest.hpp"
#include "http.hpp"

namespace skipcall::host {

// What a run is, besides its events.
struct RunRequest {
  std::string action;  // the export, e.g. "remove_contacts"
  std::string input;   // UTF-8 JSON
  uint32_t flags = 0;
  uint64_t seed = 0;  // see random_seed()
};

struct JournalEvent {
  // A gap is not an event of the run: it marks a place where events are missing.
  enum class Kind : uint8_t { wake = 1, http_done = 2, http_lost = 3, cancel = 4, gap = 5 };
  Kind kind = Kind::wake;
  uint64_t now_ms = 0;
  uint32_t exchange = 0;
  HttpResponse response{};  // of an http_done
  // A digest of everything the module had announced before this event: a replay that differs is refused.
  // None: not checked.
  std::optional<uint32_t> announced{};
};

struct KeyFingerprint {
  std::array<uint8_t, 16> salt{};
  Sha256 digest{};
};

// The first line.
struct JournalHead {
  std::string module_sha256;  // empty: of no module in particular
  RunRequest run;
  std::map<std::string, std::string> connections;  // their base URLs
  std::optional<KeyFingerprint> key;
  std::string note;
};

// Closes lines with their sums, and checks the sums of lines that are read. Each sum also covers the lines
// before it, so that a missing line is noticed as well.
class LineSums {
 public:
  // object: a JSON object. Result: the line, with its sum and a line feed.
  std::string close(std::string object);
  // The same for a line that the next one replaces.
  std::string close_last(std::string object) const;
  // line: without its line feed. False: it has another sum or none, and is not counted.
  bool take(std::string_view line);
  bool is_last(std::string_view line) const;

 private:
  std::string sum_of(std::string_view text) const;
  std::string last_;
};

// Each a JSON object, without a sum.
std::string write_head(const JournalHead &head);
std::string write_event(const JournalEvent &event);
std::string write_end();

// A journal, up to where it is damaged.
struct JournalText {
  JournalHead head;
  std::vector<JournalEvent> events;
  LineSums sums;
  bool has_sums = false;  // a test vector has none
  size_t good_bytes = 0;  // up to the end of the last line that counts
  // The journal ends as a host left it. Otherwise events may be missing after the last one.
  bool is_whole = false;
};

// Throws Journal: not a journal, of an older or newer version, damaged in its first line.
JournalText read_journal(std::string_view bytes);

}  // namespace skipcall::host
