// Heap: malloc for a module, over memory that only ever grows at its end. First fit, neighbours joined at
// once.
//
// A module allocates a few dozen blocks per run, some of them large. The C libraries' allocators take 11 KB
// of code for what programs need; this one takes 1 KB, and makes both toolchains' modules run out of memory
// at the same point.
#pragma once

#include <cstddef>
#include <cstdint>

namespace skipcall {

class Heap {
 public:
  // Makes at least `bytes` more memory usable after the present end. Result: how much; 0: none.
  using Grow = size_t (*)(size_t bytes);

  // `memory` (borrowed for the heap's life): 8-aligned; its first `size` bytes are usable now.
  void init(uint8_t *memory, size_t size, Grow grow);

  // As the C library's; blocks are 8-aligned. Result: nullptr: no memory.
  void *allocate(size_t size);
  void *reallocate(void *block, size_t size);
  void free(void *block);

  // Bytes of all blocks that are not free, with their headers; for tests.
  size_t used() const { return used_; }

 private:
  // Blocks are adjacent. `size` counts the header and is a multiple of 8; its lowest bit says "in
  // use".
  struct Block {
    uint32_t size;
    uint32_t size_before;  // of the previous block; 0: this is the first
    // Only in a free block:
    Block *next_free;
    Block *previous_free;
  };
  static constexpr uint32_t header = 8;
  static constexpr uint32_t in_use = 1;
  static constexpr uint32_t least = (sizeof(Block) + 7) & ~size_t{7};

  static uint32_t size_of(const Block *block) { return block->size & ~in_use; }
  static bool is_free(const Block *block) { return (block->size & in_use) == 0; }
  static Block *block_of(void *memory) {
    return reinterpret_cast<Block *>(static_cast<uint8_t *>(memory) - header);
  }
  Block *after(Block *block) const;
  Block *before(Block *block) const;
  void set_size(Block *block, uint32_t size, uint32_t flag);
  void link(Block *block);
  void unlink(Block *block);
  void take(Block *block, uint32_t size);
  bool extend(size_t bytes);

  uint8_t *end_ = nullptr;
  Block *last_ = nullptr;
  Block *free_ = nullptr;
  Grow grow_ = nullptr;
  size_t used_ = 0;
};

}  // namespace skipcall
