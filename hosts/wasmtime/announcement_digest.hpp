// A digest of what a module announced, as one number by which a journal checks a replay.
#pragma once
#include <cstdint>
#include <string_view>

#include "instance.hpp"

namespace skipcall::host {

// A running digest of what the module announced, in order, as abi/JOURNAL.md defines it. Announcements that
// differ anywhere give different digests.
class AnnouncementDigest {
 public:
  void add(const Announcement &announcement);
  uint32_t value() const { return value_; }

 private:
  void add(std::string_view text);

  uint32_t value_ = 0;
};

}  // namespace skipcall::host
