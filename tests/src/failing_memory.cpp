#include "failing_memory.hpp"

#include <cstddef>

namespace {

uint64_t calls = 0;
uint64_t fail_from = UINT64_MAX;
uint64_t fail_count = 0;

bool fails() {
  const uint64_t call = calls++;
  return call >= fail_from && call - fail_from < fail_count;
}

}  // namespace

// `-Wl,--wrap=NAME` calls __wrap_NAME for NAME, and NAME for __real_NAME.
extern "C" {
void *__real_malloc(size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *block, size_t size);

void *__wrap_malloc(size_t size) {
  return fails() ? nullptr : __real_malloc(size);
}
void *__wrap_realloc(void *block, size_t size) {
  return fails() ? nullptr : __real_realloc(block, size);
}
}

namespace skipcall {

FailingMemory::FailingMemory(uint64_t first, uint64_t count) {
  calls = 0;
  fail_from = first;
  fail_count = count;
}

FailingMemory::~FailingMemory() {
  fail_from = UINT64_MAX;
  fail_count = 0;
}

bool FailingMemory::has_failed() const {
  return fail_count > 0 && calls > fail_from;
}

}  // namespace skipcall
