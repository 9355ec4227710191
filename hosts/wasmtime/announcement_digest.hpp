// What a module announced, as one number that a journal holds against a replay.
#pragma once
#include <cstdint>
#include <string_view>

#include "instance.hpp"

namespace skipcall::host {

// A running digest of what the module announced, in order, as abi/JOURNAL.md has it: two runs that differ
// anywhere differ in it.
class AnnouncementDigest {
 public:
  void add(const Announcement &announcement);
  uint32_t value() const { return value_; }

 private:
  void add(std::string_view text);

  uint32_t value_ = 0;
};

}  // namespace skipcall::host
