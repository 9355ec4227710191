// Compiled code kept between starts. Machine code is run as it is read, so it is only read from a place that
// nobody but the user can write.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace skipcall::host {

class CodeCache {
 public:
  // directory: made with mode 0700 when missing; empty: no cache. One that is not the user's own, or that
  // others can write, is not used.
  explicit CodeCache(const std::filesystem::path &directory);
  ~CodeCache();
  CodeCache(const CodeCache &) = delete;
  CodeCache &operator=(const CodeCache &) = delete;

  bool usable() const { return directory_ >= 0; }

  // The code stored under name, or none: missing, damaged, not the user's own file, open to others.
  std::optional<std::vector<uint8_t>> read(const std::string &name) const;
  // Stores code with mode 0600, all or nothing. A failure is silent: it costs a compilation. The files that
  // were not used for longest go, so that 16 stay, of 256 MiB at most.
  void write(const std::string &name, std::span<const uint8_t> code) const;

 private:
  void prune() const;

  int directory_ = -1;
};

}  // namespace skipcall::host
