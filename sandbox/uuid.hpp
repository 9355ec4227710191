// A UUID as 16 bytes, and a small generator of pseudo-random numbers, the same on every platform.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace skipcall::sandbox {

using Uuid = std::array<uint8_t, 16>;

// Reads 8-4-4-4-12 hexadecimal digits in any case (RFC 9562, 4), with nothing around them. Any version and
// variant passes: the API document says only "format: uuid".
std::optional<Uuid> parse_uuid(std::string_view text);

// The canonical form in lower case.
std::string format_uuid(const Uuid &uuid);

// splitmix64: one word of state, every seed is good, easy to repeat in another language.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();

 private:
  uint64_t state_;
};

// A version 4 UUID: two numbers of the generator, big-endian, with version and variant set.
Uuid next_uuid(Random &random);

// For unordered containers. In generated ids the low bytes are random enough; for chosen ones all 16 are
// mixed.
struct UuidHash {
  size_t operator()(const Uuid &uuid) const {
    uint64_t high = 0;
    uint64_t low = 0;
    std::memcpy(&high, uuid.data(), 8);
    std::memcpy(&low, uuid.data() + 8, 8);
    return static_cast<size_t>((high * 0x9e3779b97f4a7c15u) ^ low);
  }
};

}  // namespace skipcall::sandbox
