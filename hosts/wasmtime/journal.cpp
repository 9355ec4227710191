#include "journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>

#include "error.hpp"
#include "new_file.hpp"

namespace skipcall::host {
namespace {

[[noreturn]] void refuse(const std::filesystem::path &path, const std::string &why) {
  throw HostError(Fault::journal, "journal " + path.string() + ": " + why);
}

[[noreturn]] void cannot(const std::filesystem::path &path, const char *what) {
  throw HostError(Fault::unreadable,
                  std::string("cannot ") + what + " journal " + path.string() + ": " + std::strerror(errno));
}

void lock(int file, const std::filesystem::path &path) {
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) refuse(path, "another run is using it");
}

}  // namespace

Journal Journal::create(const std::filesystem::path &path, const RunRequest &run,
                        const std::string &module_sha256, const Connections &connections,
                        const std::string &note) {
  if (path.has_parent_path() && !std::filesystem::exists(path.parent_path())) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path().parent_path(), error);
    std::filesystem::create_directory(path.parent_path(), error);
    std::filesystem::permissions(path.parent_path(), std::filesystem::perms::owner_all, error);
  }
  Journal journal;
  journal.path_ = path;
  const auto salt = random_salt();
  journal.text_.head = {module_sha256, run, connections.base_urls(),
                        KeyFingerprint{salt, key_fingerprint(connections.all_values().reveal(), salt)}, note};
  journal.text_.is_whole = true;

  NewFile file(path);
  if (!file.descriptor()) cannot(path, "create");
  const int descriptor = file.descriptor().get();
  journal.write_line(descriptor, write_head(journal.text_.head));
  if (::fsync(descriptor) != 0) cannot(path, "write");
  lock(descriptor, path);
  if (!file.publish()) {
    if (errno == EEXIST) refuse(path, "it exists already; resume it or delete it");
    cannot(path, "create");
  }
  journal.file_ = file.take();
  return journal;
}

Journal Journal::open(const std::filesystem::path &path) {
  Journal journal;
  journal.path_ = path;
  // Does not block on a FIFO, which is refused as not a file.
  journal.file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!journal.file_) refuse(path, std::string("it cannot be opened: ") + std::strerror(errno));
  if (!is_private_file(journal.file_.get()))
    refuse(path, "it is not your own file that nobody else can read (mode 0600), as journals are");
  lock(journal.file_.get(), path);
  const auto bytes = read_all(journal.file_.get());
  if (!bytes) cannot(path, "read");
  try {
    journal.text_ = read_journal({reinterpret_cast<const char *>(bytes->data()), bytes->size()});
  } catch (const HostError &error) {
    refuse(path, error.what());
  }
  if (!journal.text_.has_sums) refuse(path, "its first line has no checksum, so nothing shows damage");
  return journal;
}

void Journal::check_binding(const std::string &module_sha256, const Connections &connections) const {
  const JournalHead &head = text_.head;
  if (module_sha256 != head.module_sha256) refuse(path_, "the run began with another module file");
  if (head.connections != connections.base_urls()) {
    std::string servers;
    for (const auto &[name, url] : head.connections) servers += (servers.empty() ? "" : ", ") + url;
    refuse(path_, "the run began with another server: " + servers);
  }
  if (head.key && key_fingerprint(connections.all_values().reveal(), head.key->salt) != head.key->digest) {
    refuse(path_, "the run began with another key");
  }
}

void Journal::append(const JournalEvent &event) {
  write_line(file_.get(), write_event(event));
}

// One write call, so that a killed process leaves whole lines or, on a full disk, a torn last one. It
// overwrites the line that marked the journal as whole, and anything damaged after it.
void Journal::write_line(int file, const std::string &object) {
  const std::string line = text_.sums.close(object);
  const std::string with_end = line + text_.sums.close_last(write_end());
  const auto at = static_cast<off_t>(text_.good_bytes);
  if (::lseek(file, at, SEEK_SET) != at ||
      !write_all(file, std::span(reinterpret_cast<const uint8_t *>(with_end.data()), with_end.size())) ||
      ::ftruncate(file, at + static_cast<off_t>(with_end.size())) != 0) {
    cannot(path_, "write");
  }
  text_.good_bytes += line.size();
}

void Journal::remove() {
  ::unlink(path_.c_str());
}

}  // namespace skipcall::host
