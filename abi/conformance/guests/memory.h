/* Memory of the probe. Blocks are never used again, so that whatever a host wrote is still there at the end. */
#pragma once

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t count) {
  uint8_t *out = to;
  for (const uint8_t *in = from; count > 0; --count) *out++ = *in++;
  return to;
}

void *memset(void *to, int value, size_t count) {
  for (uint8_t *out = to; count > 0; --count) *out++ = (uint8_t)value;
  return to;
}

extern uint8_t __heap_base;
static uintptr_t heap;

static uint64_t memory_bytes(void) {
  return (uint64_t)__builtin_wasm_memory_size(0) << 16;
}

static int grow(uint64_t pages) {
  return pages == 0 || (pages < 65536 && __builtin_wasm_memory_grow(0, (size_t)pages) != (size_t)-1);
}

/* Result: 0 where there is no memory. */
static uint8_t *take(uint32_t size) {
  if (heap == 0) heap = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
  const uint64_t end = (uint64_t)heap + size + 15;
  if (end > memory_bytes() && !grow((end - memory_bytes() + 0xffff) >> 16)) return 0;
  uint8_t *block = (uint8_t *)heap;
  heap = (uintptr_t)end & ~(uintptr_t)15;
  return block;
}

/* Blocks that the host has asked for. */
enum { MOST_BLOCKS = 8192 };
static struct {
  uint32_t at, size;
} blocks[MOST_BLOCKS];
static uint32_t block_count;

static void remember_block(uint32_t at, uint32_t size) {
  if (block_count == MOST_BLOCKS) block_count = 0;
  blocks[block_count].at = at;
  blocks[block_count++].size = size;
}

/* Result: the size of a block that is now gone, or -1: it was none, or gone already. */
static int64_t give_back(uint32_t at) {
  for (uint32_t i = block_count; i-- > 0;) {
    if (at == 0 || blocks[i].at != at) continue;
    blocks[i].at = 0;
    return blocks[i].size;
  }
  return -1;
}
