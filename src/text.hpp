// Text: bytes that are appended to. A failed append is remembered, so that a writer checks once, at the end.
#pragma once

#include <string_view>

#include "vec.hpp"

namespace skipcall {

class Text {
 public:
  // Makes room for `capacity` bytes in all. False: no memory, and the text is marked as failed.
  bool reserve(size_t capacity) { return keep(bytes_.reserve(capacity)); }
  bool append(std::string_view text) { return keep(bytes_.append(text.data(), text.size())); }
  bool append(char c) { return keep(bytes_.push(c)); }
  bool append_number(uint64_t value) {
    char digits[20];
    size_t at = sizeof digits;
    do {
      digits[--at] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    return append(std::string_view(digits + at, sizeof digits - at));
  }
  // Appends `count` bytes that the caller fills. Result: lent until the next append; nullptr: no memory.
  char *extend(size_t count) {
    const size_t before = bytes_.size();
    if (before + count > bytes_.capacity() && !keep(bytes_.reserve(before + count + before / 2)))
      return nullptr;
    if (!keep(bytes_.resize(before + count))) return nullptr;
    return bytes_.data() + before;
  }

  // Forgets the bytes and a failure; keeps the memory.
  void clear() {
    bytes_.truncate(0);
    ok_ = true;
  }
  void release() {
    bytes_.release();
    ok_ = true;
  }

  // Whether every append since the last clear was kept.
  bool ok() const { return ok_; }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  bool keep(bool done) {
    ok_ = ok_ && done;
    return done;
  }

  Vec<char> bytes_;
  bool ok_ = true;
};

}  // namespace skipcall
