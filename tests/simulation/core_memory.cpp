#include "simulation/core_memory.hpp"

#include <cstdlib>

namespace {
size_t blocks = 0;
}

extern "C" {
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);

void *__wrap_malloc(size_t size) {
  void *block = __real_malloc(size);
  if (block != nullptr) blocks++;
  return block;
}

// The compiler generates one from a malloc whose memory is then set to zero.
void *__wrap_calloc(size_t count, size_t size) {
  void *block = __real_calloc(count, size);
  if (block != nullptr) blocks++;
  return block;
}

void *__wrap_realloc(void *block, size_t size) {
  void *grown = __real_realloc(block, size);
  if (grown != nullptr && block == nullptr) blocks++;
  return grown;
}

void __wrap_free(void *block) {
  if (block != nullptr) blocks--;
  __real_free(block);
}
}

namespace skipcall::simulation {

CoreMemory core_memory() {
  return {blocks};
}

}  // namespace skipcall::simulation
