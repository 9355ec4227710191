#include "code_cache.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "digest.hpp"
#include "file_descriptor.hpp"
#include "new_file.hpp"

namespace skipcall::host {

CodeCache::CodeCache(const std::filesystem::path &directory) {
  if (directory.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(directory.parent_path(), error);
  ::mkdir(directory.c_str(), 0700);
  const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (opened < 0) return;
  // Checked on the open descriptor, so that nothing can be swapped in between.
  struct stat about{};
  const bool trusted = ::fstat(opened, &about) == 0 && about.st_uid == ::geteuid() &&
                       (about.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  if (trusted) {
    directory_ = opened;
  } else {
    ::close(opened);
  }
}

CodeCache::~CodeCache() {
  if (directory_ >= 0) ::close(directory_);
}

// A file is the SHA-256 of the code, then the code: damaged code must never be run.
std::optional<std::vector<uint8_t>> CodeCache::read(const std::string &name) const {
  if (!usable()) return std::nullopt;
  const FileDescriptor file(::openat(directory_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return std::nullopt;
  if (!is_private_file(file.get())) return std::nullopt;
  auto bytes = read_all(file.get());
  Sha256 expected{};
  if (!bytes || bytes->size() < expected.size()) return std::nullopt;
  std::copy_n(bytes->begin(), expected.size(), expected.begin());
  bytes->erase(bytes->begin(), bytes->begin() + static_cast<ptrdiff_t>(expected.size()));
  if (sha256(*bytes) != expected) return std::nullopt;
  ::futimens(file.get(), nullptr);  // used now
  return bytes;
}

void CodeCache::write(const std::string &name, std::span<const uint8_t> code) const {
  if (!usable()) return;
  NewFile file(FileDescriptor(::fcntl(directory_, F_DUPFD_CLOEXEC, 0)), name);
  const int descriptor = file.descriptor().get();
  if (!file.descriptor() || !write_all(descriptor, sha256(code)) || !write_all(descriptor, code)) return;
  ::unlinkat(directory_, name.c_str(), 0);  // if damaged
  file.publish();
  prune();
}

void CodeCache::prune() const {
  constexpr size_t most_files = 16;
  constexpr uint64_t most_bytes = 256u << 20;
  struct Close {
    void operator()(DIR *opened) const { ::closedir(opened); }
  };
  const std::unique_ptr<DIR, Close> directory(
      ::fdopendir(::openat(directory_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  if (!directory) return;
  struct File {
    timespec used;
    uint64_t bytes;
    std::string name;
  };
  std::vector<File> files;
  while (const dirent *entry = ::readdir(directory.get())) {
    struct stat about{};
    if (std::string_view(entry->d_name).find(".cwasm") == std::string_view::npos ||
        ::fstatat(directory_, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    files.push_back({about.st_mtim, static_cast<uint64_t>(about.st_size), entry->d_name});
  }
  std::sort(files.begin(), files.end(), [](const File &a, const File &b) {
    return std::pair(a.used.tv_sec, a.used.tv_nsec) > std::pair(b.used.tv_sec, b.used.tv_nsec);
  });
  uint64_t bytes = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    bytes += files[i].bytes;
    if (i >= most_files || bytes > most_bytes) ::unlinkat(directory_, files[i].name.c_str(), 0);
  }
}

}  // namespace skipcall::host
