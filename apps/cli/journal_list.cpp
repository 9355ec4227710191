#include "journal_list.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "wording.hpp"

namespace skipcall::cli {

int list_journals(const std::filesystem::path &folder) {
  struct Found {
    std::string path;
    uint64_t bytes;
    uint64_t changed_ms;
  };
  std::vector<Found> found;
  std::error_code error;
  for (const auto &entry : std::filesystem::directory_iterator(folder, error)) {
    struct stat about{};
    if (entry.path().extension() != ".journal" || ::lstat(entry.path().c_str(), &about) != 0) continue;
    if (!S_ISREG(about.st_mode)) continue;
    found.push_back({entry.path().string(), static_cast<uint64_t>(about.st_size),
                     static_cast<uint64_t>(about.st_mtim.tv_sec) * 1000});
  }
  if (found.empty()) {
    const std::string where = folder.empty() ? "" : " in " + printable(folder.string());
    std::printf("There are no journals%s: no run was interrupted.\n", where.c_str());
    return 0;
  }
  std::sort(found.begin(), found.end(), [](auto &a, auto &b) { return a.changed_ms > b.changed_ms; });
  const uint64_t now = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 std::chrono::system_clock::now().time_since_epoch())
                                                 .count());
  std::printf("Unfinished runs, newest first. Some may still be running.\n");
  for (const Found &journal : found) {
    std::printf("  last written %s, %s bytes\n    skipcall remove-contacts --resume %s\n",
                clock_text(journal.changed_ms, now).c_str(), grouped(journal.bytes).c_str(),
                shell_word(journal.path).c_str());
  }
  return 0;
}

}  // namespace skipcall::cli
