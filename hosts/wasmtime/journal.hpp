// The journal of a run in a file: its input, its seed and every event, written before the event is delivered
// to the module. Since a run is deterministic, the journal is enough to bring a fresh instance to the same
// place. abi/JOURNAL.md describes the format; journal_line reads and writes its lines.
//
// Mode 0600. The key is not in it, only a salted fingerprint.
//
// Durability: the head is synced to disk before the first event, and each event is one write(2). A killed
// process loses nothing that was written. The last line marks the journal as whole; the next event replaces
// it. If it is missing or damaged, events may be missing too, and the run is resumed as one whose requests
// may all have been sent before.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "connections.hpp"
#include "file_descriptor.hpp"
#include "journal_line.hpp"

namespace skipcall::host {

class Journal {
 public:
  // Starts a journal at path, which must not exist; its directory is created with mode 0700. Locked for the
  // life of this object. note: whatever the caller wants back with the run. Throws Journal: it exists, is in
  // use; Unreadable: cannot be written.
  static Journal create(const std::filesystem::path &path, const RunRequest &run,
                        const std::string &module_sha256, const Connections &connections,
                        const std::string &note = {});
  // Opens a journal to resume it; changes nothing. Throws Journal: cannot be opened; in use; not a journal,
  // or of another version; first line damaged; another user's file, or accessible to others; Unreadable:
  // cannot be read.
  static Journal open(const std::filesystem::path &path);

  // Throws Journal, naming what differs, when module, connections or keys are not the ones the run began with.
  void check_binding(const std::string &module_sha256, const Connections &connections) const;

  const std::filesystem::path &path() const { return path_; }
  const RunRequest &run() const { return text_.head.run; }
  const std::string &note() const { return text_.head.note; }
  // What was read by open(); append() does not add to it.
  const std::vector<JournalEvent> &events() const { return text_.events; }
  // False: it was cut off or is damaged, so events may be missing after the last one.
  bool is_whole() const { return text_.is_whole; }

  // Writes an event. Throws Unreadable: the disk is full.
  void append(const JournalEvent &event);
  // Deletes the file, once its result is safe elsewhere.
  void remove();

 private:
  Journal() = default;
  void write_line(int file, const std::string &object);

  FileDescriptor file_;  // holds the lock
  std::filesystem::path path_;
  JournalText text_;  // good_bytes: where the next line goes
};

}  // namespace skipcall::host
