#include "new_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include "digest.hpp"

namespace skipcall::host {
namespace {

constexpr std::string_view hidden_begin = ".skipcall-";
constexpr std::string_view hidden_end = ".unfinished";

FileDescriptor open_folder(const std::filesystem::path &path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  return FileDescriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace

NewFile::NewFile(const std::filesystem::path &path, Kind kind)
    : NewFile(open_folder(path), path.filename().string(), kind) {}

NewFile::NewFile(FileDescriptor directory, std::string name, Kind kind)
    : directory_(std::move(directory)), name_(std::move(name)) {
  if (!directory_) return;
  if (kind == Kind::unnamed) {
    file_ = FileDescriptor(::openat(directory_.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file_) return;
  }
  remove_leftovers();
  hidden_name_ = std::string(hidden_begin) + to_hex(random_salt()) + std::string(hidden_end);
  file_ = FileDescriptor(::openat(directory_.get(), hidden_name_.c_str(),
                                  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file_) ::flock(file_.get(), LOCK_EX);
}

NewFile::~NewFile() {
  if (!hidden_name_.empty()) ::unlinkat(directory_.get(), hidden_name_.c_str(), 0);
}

bool NewFile::publish() {
  if (hidden_name_.empty()) {
    const std::string open_file = "/proc/self/fd/" + std::to_string(file_.get());
    return ::linkat(AT_FDCWD, open_file.c_str(), directory_.get(), name_.c_str(), AT_SYMLINK_FOLLOW) == 0;
  }
  // Not every file system has links, nor renameat2.
  if (::faccessat(directory_.get(), name_.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = EEXIST;
    return false;
  }
  if (::renameat(directory_.get(), hidden_name_.c_str(), directory_.get(), name_.c_str()) != 0) return false;
  ::flock(file_.get(), LOCK_UN);
  hidden_name_.clear();
  return true;
}

// A file that is still being written is locked.
void NewFile::remove_leftovers() const {
  struct Close {
    void operator()(DIR *opened) const { ::closedir(opened); }
  };
  const std::unique_ptr<DIR, Close> folder(
      ::fdopendir(::openat(directory_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  while (const dirent *entry = folder ? ::readdir(folder.get()) : nullptr) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with(hidden_begin) || !name.ends_with(hidden_end)) continue;
    const FileDescriptor file(
        ::openat(directory_.get(), entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file && is_private_file(file.get()) && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0)
      ::unlinkat(directory_.get(), entry->d_name, 0);
  }
}

}  // namespace skipcall::host
