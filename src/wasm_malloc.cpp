// malloc and its kin in the module: a Heap from the end of the data to the end of linear memory.
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "heap.hpp"

extern "C" uint8_t __heap_base;  // by the linker

namespace {

constexpr size_t page = 65536;

constinit skipcall::Heap heap;
constinit bool is_ready = false;

// Memory grows by an eighth of itself, or by what is needed, so that it is not grown for each small block.
size_t grow(size_t bytes) {
  const size_t now = __builtin_wasm_memory_size(0);
  const size_t needed = (bytes + page - 1) / page;
  const size_t wanted = needed > now / 8 ? needed : now / 8;
  if (__builtin_wasm_memory_grow(0, wanted) != SIZE_MAX) return wanted * page;
  return __builtin_wasm_memory_grow(0, needed) != SIZE_MAX ? needed * page : 0;
}

skipcall::Heap &ready_heap() {
  if (!is_ready) {
    auto *begin =
        reinterpret_cast<uint8_t *>((reinterpret_cast<uintptr_t>(&__heap_base) + 7) & ~uintptr_t{7});
    heap.init(begin, __builtin_wasm_memory_size(0) * page - reinterpret_cast<uintptr_t>(begin), grow);
    is_ready = true;
  }
  return heap;
}

}  // namespace

extern "C" {

void *malloc(size_t size) {
  return ready_heap().allocate(size);
}
void free(void *block) {
  heap.free(block);
}
void *realloc(void *block, size_t size) {
  return ready_heap().reallocate(block, size);
}
void *calloc(size_t count, size_t size) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void *block = malloc(bytes);
  if (block != nullptr) memset(block, 0, bytes);
  return block;
}

// Their neighbours, which the libraries name in functions that nothing calls.
void *aligned_alloc(size_t, size_t) {
  __builtin_trap();
}
int posix_memalign(void **, size_t, size_t) {
  __builtin_trap();
}
}
