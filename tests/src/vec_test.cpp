#include "vec.hpp"

#include "catch.hpp"
#include "failing_memory.hpp"

namespace skipcall {

TEST_CASE("a Vec keeps what is pushed and appended, through growth") {
  Vec<uint32_t> numbers;
  CHECK(numbers.empty());
  for (uint32_t i = 0; i < 1000; i++) REQUIRE(numbers.push(i));
  const uint32_t more[] = {1000, 1001};
  REQUIRE(numbers.append(more, 2));
  REQUIRE(numbers.append(nullptr, 0));
  REQUIRE(numbers.size() == 1002);
  for (uint32_t i = 0; i < 1002; i++) CHECK(numbers[i] == i);
  CHECK(numbers.back() == 1001);
  CHECK(numbers.end() - numbers.begin() == 1002);
}

TEST_CASE("the room after the last element can be filled in place") {
  Vec<uint32_t> numbers;
  CHECK(numbers.room() == numbers.room_end());
  REQUIRE(numbers.reserve(3));
  REQUIRE(numbers.push(7));
  CHECK(numbers.room_end() - numbers.room() == 2);
  *numbers.room() = 8;
  numbers.take_room_to(numbers.room() + 1);
  CHECK(numbers.size() == 2);
  CHECK(numbers.back() == 8);
  CHECK(numbers.capacity() == 3);
}

TEST_CASE("resize fills with zero bytes, even where there were elements before") {
  Vec<uint32_t> numbers;
  REQUIRE(numbers.push(7));
  numbers.truncate(0);
  REQUIRE(numbers.resize(3));
  for (const uint32_t number : numbers) CHECK(number == 0);
  numbers.truncate(5);
  CHECK(numbers.size() == 3);
}

TEST_CASE("moving passes on the memory, release frees it") {
  Vec<char> a;
  REQUIRE(a.push('x'));
  const char *at = a.data();
  Vec<char> b(std::move(a));
  CHECK(b.data() == at);
  Vec<char> c;
  c = std::move(b);
  CHECK(c.data() == at);
  c.release();
  CHECK(c.capacity() == 0);
  CHECK(c.data() == nullptr);
}

TEST_CASE("growth that fails says so and changes nothing") {
  Vec<uint64_t> numbers;
  REQUIRE(numbers.push(1));
  while (numbers.size() < numbers.capacity()) REQUIRE(numbers.push(2));
  const size_t full = numbers.size();
  CHECK_FALSE(numbers.reserve(SIZE_MAX / 8 + 1));  // would overflow
  CHECK_FALSE(numbers.append(numbers.data(), SIZE_MAX));
  {
    const FailingMemory failing;
    CHECK_FALSE(numbers.push(3));
    CHECK_FALSE(numbers.append(numbers.data(), 2));
    CHECK_FALSE(numbers.resize(full + 1));
  }
  CHECK(numbers.size() == full);
  CHECK(numbers[0] == 1);
  REQUIRE(numbers.push(3));
}

TEST_CASE("where doubling does not fit, just enough does") {
  Vec<uint64_t> numbers;
  REQUIRE(numbers.resize(16));
  const FailingMemory failing(0, 1);
  REQUIRE(numbers.push(1));
  CHECK(numbers.capacity() == 17);
}

}  // namespace skipcall
