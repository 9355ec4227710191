// A POSIX file descriptor that closes itself, and the few whole-file operations the cache and the journal
// share.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace skipcall::host {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  // Takes over an open descriptor, or -1.
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor &&other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor &operator=(FileDescriptor &&other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileDescriptor();

  explicit operator bool() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// A regular file of the user's own that nobody else can read or write.
bool is_private_file(int descriptor);

// All bytes from the current offset on, or none: reading failed.
std::optional<std::vector<uint8_t>> read_all(int descriptor);

// False: not all could be written; errno says why.
bool write_all(int descriptor, std::span<const uint8_t> bytes);

}  // namespace skipcall::host
