// The journal of a run: its input, its seed and every event, written before the event is delivered to the
// module. Since a run is deterministic, the journal is enough to bring a fresh instance to the same place.
//
// File: "SKIPJRN1", then records of u32 length, u32 CRC-32, bytes. The first record is the binding, the
// second the input, each further one an event. Integers are little-endian. Mode 0600. The key is not in it,
// only a salted fingerprint.
//
// How durable: the head is synced to the disk before the first event, each event is one write(2). A killed
// process loses nothing that was written. A power cut may lose the last events; their batches are then sent
// again, which is harmless because removing is idempotent. A torn or damaged record ends the journal; what
// follows is cut off.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "connection.hpp"
#include "digest.hpp"
#include "file_descriptor.hpp"
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
  enum class Kind : uint8_t { Wake = 1, HttpDone = 2, HttpLost = 3, Cancel = 4 };
  Kind kind = Kind::Wake;
  uint64_t now_ms = 0;
  uint32_t exchange = 0;
  HttpAnswer answer{};  // of an HttpDone
  // A digest of all that the module had announced before this event: a replay that differs is refused.
  uint64_t announced = 0;
};

class Journal {
 public:
  // Starts a journal at path, which must not exist; its directory is made, 0700. Locked until this object
  // goes. note: whatever the caller wants to know again with the run. Throws Journal: it exists, is in use;
  // Unreadable: cannot be written.
  static Journal create(const std::filesystem::path &path, const RunRequest &run,
                        const std::string &module_sha256, const Connection &connection,
                        const std::string &note = {});
  // Opens one to go on with it. Throws Journal: cannot be opened; in use; not a journal; damaged; of another
  // user or open to others; Unreadable: cannot be read.
  static Journal open(const std::filesystem::path &path);

  // Throws Journal, naming what differs, when module, base URL or key are not the ones the run began with.
  void check_binding(const std::string &module_sha256, const Connection &connection) const;

  const std::filesystem::path &path() const { return path_; }
  const RunRequest &run() const { return run_; }
  const std::string &base_url() const { return base_url_; }
  const std::string &note() const { return note_; }
  const Sha256 &input_sha256() const { return input_sha256_; }
  // What was read by open(); append() does not add to it.
  const std::vector<JournalEvent> &events() const { return events_; }
  // Bytes behind the last good record that open() cut off.
  uint64_t discarded_bytes() const { return discarded_; }

  // Writes an event. Throws Unreadable: the disk is full.
  void append(const JournalEvent &event);
  // Deletes the file, once its result is safe elsewhere.
  void remove();

 private:
  Journal() = default;
  void write_record(const std::string &bytes);

  FileDescriptor file_;  // holds the lock
  std::filesystem::path path_;
  RunRequest run_;
  std::string module_sha256_, base_url_, connection_name_, note_;
  std::array<uint8_t, 16> salt_{};
  Sha256 key_fingerprint_{};
  Sha256 input_sha256_{};
  std::vector<JournalEvent> events_;
  uint64_t discarded_ = 0;
};

}  // namespace skipcall::host
