// What the core holds of malloc's memory. The program is linked so that every malloc, realloc and free of the
// statically linked code passes through here; the core uses nothing else for what outlives a call.
#pragma once

#include <cstddef>

namespace skipcall::simulation {

struct CoreMemory {
  size_t blocks;  // not freed yet
};

CoreMemory core_memory();

}  // namespace skipcall::simulation
