// Compiled code kept between starts. Machine code is run as it is read, so it is read only from a place that
// nobody but the user can write to.
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
  // directory: created with mode 0700 if missing; empty: no cache. One that is not the user's own, or that
  // others can write to, is not used.
  explicit CodeCache(const std::filesystem::path &directory);
  ~CodeCache();
  CodeCache(const CodeCache &) = delete;
  CodeCache &operator=(const CodeCache &) = delete;

  bool usable() const { return directory_ >= 0; }

  // The code stored under name, or none: missing, damaged, not the user's own file, accessible to others.
  std::optional<std::vector<uint8_t>> read(const std::string &name) const;
  // Stores code with mode 0600, all or nothing. A failure is silent: it costs a compilation. The least
  // recently used files are deleted, so that at most 16 with 256 MiB in all remain.
  void write(const std::string &name, std::span<const uint8_t> code) const;

 private:
  void prune() const;

  int directory_ = -1;
};

}  // namespace skipcall::host
