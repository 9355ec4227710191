// Memory that runs out on demand: the linker sends malloc and realloc of the tests and the core through here.
#pragma once

#include <cstdint>

namespace skipcall {

// While it lives, the malloc and realloc calls from number `first` on fail, `count` of them.
class FailingMemory {
 public:
  explicit FailingMemory(uint64_t first = 0, uint64_t count = UINT64_MAX);
  FailingMemory(const FailingMemory &) = delete;
  FailingMemory &operator=(const FailingMemory &) = delete;
  ~FailingMemory();

  // Whether a call has failed so far.
  bool has_failed() const;
};

}  // namespace skipcall
