#include "heap.hpp"

#include <cstring>
#include <random>
#include <vector>

#include "catch.hpp"

namespace skipcall {
namespace {

constexpr size_t page = 4096;
constexpr size_t pages_at_most = 1024;
alignas(16) uint8_t memory[page * pages_at_most];
size_t usable = 0;

// As linear memory grows: by whole pages, to a maximum.
size_t grow(size_t bytes) {
  const size_t grown = (bytes + page - 1) / page * page;
  if (usable + grown > sizeof memory) return 0;
  usable += grown;
  return grown;
}

struct Owned {
  uint8_t *at;
  size_t size;
  uint8_t mark;

  bool is_whole() const {
    for (size_t i = 0; i < size; i++) {
      if (at[i] != mark) return false;
    }
    return true;
  }
};

}  // namespace

TEST_CASE("blocks keep their bytes through any order of calls, and all memory is freed") {
  for (unsigned seed = 1; seed <= 30; seed++) {
    INFO("seed " << seed);
    usable = 0;
    Heap heap;
    heap.init(memory, 0, grow);
    std::mt19937 random(seed);
    std::vector<Owned> blocks;
    for (int step = 0; step < 4000; step++) {
      const size_t size = random() % 10 == 0 ? random() % 40000 : random() % 200;
      const auto mark = static_cast<uint8_t>(random());
      const auto act = static_cast<unsigned>(random() % 5);
      if (blocks.empty() || act < 2) {
        auto *at = static_cast<uint8_t *>(heap.allocate(size));
        if (at == nullptr) continue;
        REQUIRE(reinterpret_cast<uintptr_t>(at) % 8 == 0);
        REQUIRE(at + size <= memory + usable);
        std::memset(at, mark, size);
        blocks.push_back({at, size, mark});
        continue;
      }
      Owned &block = blocks[random() % blocks.size()];
      REQUIRE(block.is_whole());
      if (act < 4) {
        heap.free(block.at);
        block = blocks.back();
        blocks.pop_back();
      } else if (auto *at = static_cast<uint8_t *>(heap.reallocate(block.at, size)); at != nullptr) {
        const Owned kept{at, size < block.size ? size : block.size, block.mark};
        REQUIRE(kept.is_whole());
        REQUIRE(at + size <= memory + usable);
        std::memset(at, mark, size);
        block = {at, size, mark};
      }
    }
    for (const Owned &block : blocks) {
      REQUIRE(block.is_whole());
      heap.free(block.at);
    }
    REQUIRE(heap.used() == 0);
    // One block again: all of it can be allocated at once, without growing.
    const size_t before = usable;
    void *all = heap.allocate(usable - 8);
    REQUIRE(all != nullptr);
    REQUIRE(usable == before);
  }
}

TEST_CASE("running out of memory is reported, and nothing is lost") {
  usable = 0;
  Heap heap;
  heap.init(memory, 0, grow);
  CHECK(heap.allocate(sizeof memory) == nullptr);
  CHECK(heap.allocate(SIZE_MAX) == nullptr);
  auto *at = static_cast<uint8_t *>(heap.allocate(sizeof memory / 2));
  REQUIRE(at != nullptr);
  at[0] = 7;
  CHECK(heap.reallocate(at, sizeof memory) == nullptr);
  CHECK(at[0] == 7);
  heap.free(at);
  CHECK(heap.used() == 0);
}

TEST_CASE("the last block grows in place, so a long list is not copied") {
  usable = 0;
  Heap heap;
  heap.init(memory, 0, grow);
  void *at = heap.allocate(1000);
  for (size_t size = 2000; size <= 1024 * 1024; size *= 2) CHECK(heap.reallocate(at, size) == at);
  CHECK(usable <= 1024 * 1024 + 2 * page);
}

}  // namespace skipcall
