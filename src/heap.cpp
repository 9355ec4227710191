#include "heap.hpp"

#include <cstring>

namespace skipcall {

void Heap::init(uint8_t *memory, size_t size, Grow grow) {
  end_ = memory;
  last_ = free_ = nullptr;
  grow_ = grow;
  used_ = 0;
  size &= ~size_t{7};
  if (size < least) return;
  end_ = memory + size;
  last_ = reinterpret_cast<Block *>(memory);
  last_->size_before = 0;
  last_->size = static_cast<uint32_t>(size);
  link(last_);
}

Heap::Block *Heap::after(Block *block) const {
  return block == last_ ? nullptr
                        : reinterpret_cast<Block *>(reinterpret_cast<uint8_t *>(block) + size_of(block));
}

Heap::Block *Heap::before(Block *block) const {
  if (block->size_before == 0) return nullptr;
  return reinterpret_cast<Block *>(reinterpret_cast<uint8_t *>(block) - block->size_before);
}

// Sets a block's size, and records it in the next block.
void Heap::set_size(Block *block, uint32_t size, uint32_t flag) {
  block->size = size | flag;
  if (Block *next = after(block); next != nullptr) next->size_before = size;
}

void Heap::link(Block *block) {
  block->previous_free = nullptr;
  block->next_free = free_;
  if (free_ != nullptr) free_->previous_free = block;
  free_ = block;
}

void Heap::unlink(Block *block) {
  if (block->previous_free != nullptr) block->previous_free->next_free = block->next_free;
  if (block->next_free != nullptr) block->next_free->previous_free = block->previous_free;
  if (free_ == block) free_ = block->next_free;
}

// Puts a block that is in no list in use, with `size` bytes, and makes the rest of it a free block.
void Heap::take(Block *block, uint32_t size) {
  const uint32_t rest = size_of(block) - size;
  if (rest < least) {
    block->size |= in_use;
    used_ += size_of(block);
    return;
  }
  auto *remainder = reinterpret_cast<Block *>(reinterpret_cast<uint8_t *>(block) + size);
  const bool was_last = block == last_;
  remainder->size_before = size;
  remainder->size = rest;
  if (was_last) last_ = remainder;
  set_size(remainder, rest, 0);
  block->size = size | in_use;
  used_ += size;
  // The next one may be free too, if a block in use has shrunk.
  Block *next = after(remainder);
  if (next != nullptr && is_free(next)) {
    unlink(next);
    if (next == last_) last_ = remainder;
    set_size(remainder, rest + size_of(next), 0);
  }
  link(remainder);
}

// Appends memory as a free block, joined with a free one at the end.
bool Heap::extend(size_t bytes) {
  const size_t grown = grow_(bytes) & ~size_t{7};
  if (grown < bytes) return false;
  if (last_ != nullptr && is_free(last_)) {
    last_->size += static_cast<uint32_t>(grown);
  } else {
    auto *block = reinterpret_cast<Block *>(end_);
    block->size_before = last_ == nullptr ? 0 : size_of(last_);
    block->size = static_cast<uint32_t>(grown);
    last_ = block;
    link(block);
  }
  end_ += grown;
  return true;
}

void *Heap::allocate(size_t size) {
  if (size > UINT32_MAX / 2) return nullptr;
  const size_t padded = (size + header + 7) & ~size_t{7};
  const auto needed = static_cast<uint32_t>(padded < least ? least : padded);
  for (int attempt = 0; attempt < 2; attempt++) {
    for (Block *block = free_; block != nullptr; block = block->next_free) {
      if (block->size < needed) continue;
      unlink(block);
      take(block, needed);
      return reinterpret_cast<uint8_t *>(block) + header;
    }
    const uint32_t at_end = last_ != nullptr && is_free(last_) ? size_of(last_) : 0;
    if (attempt == 0 && !extend(needed - at_end < least ? least : needed - at_end)) return nullptr;
  }
  return nullptr;
}

void Heap::free(void *memory) {
  if (memory == nullptr) return;
  Block *block = block_of(memory);
  used_ -= size_of(block);
  uint32_t size = size_of(block);
  if (Block *next = after(block); next != nullptr && is_free(next)) {
    unlink(next);
    if (next == last_) last_ = block;
    size += size_of(next);
  }
  if (Block *previous = before(block); previous != nullptr && is_free(previous)) {
    unlink(previous);
    if (block == last_) last_ = previous;
    size += size_of(previous);
    block = previous;
  }
  set_size(block, size, 0);
  link(block);
}

void *Heap::reallocate(void *memory, size_t size) {
  if (memory == nullptr) return allocate(size);
  if (size > UINT32_MAX / 2) return nullptr;
  Block *block = block_of(memory);
  const size_t padded = (size + header + 7) & ~size_t{7};
  const auto needed = static_cast<uint32_t>(padded < least ? least : padded);
  const uint32_t had = size_of(block);

  // Grows in place if the next block is free, or if it is the last one.
  if (needed > had) {
    Block *next = after(block);
    const uint32_t room = had + (next != nullptr && is_free(next) ? size_of(next) : 0);
    const bool reaches_end = next == nullptr || (next == last_ && is_free(next));
    if (room < needed && reaches_end && extend(needed - room < least ? least : needed - room))
      next = after(block);
    if (next != nullptr && is_free(next) && had + size_of(next) >= needed) {
      unlink(next);
      if (next == last_) last_ = block;
      used_ -= had;
      set_size(block, had + size_of(next), 0);
      take(block, needed);
      return memory;
    }
    void *moved = allocate(size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, memory, had - header);
    free(memory);
    return moved;
  }
  used_ -= had;
  take(block, needed);
  return memory;
}

}  // namespace skipcall
