// Line numbers in a JSON text, for a parser that does not report them.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>

namespace skipcall::cli {

// Walks over a string and counts lines. The parser copies its iterators, so the count is kept outside them.
class LineCounter {
 public:
  explicit LineCounter(const std::string &text) : text_(text) {}

  struct Iterator {
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = ptrdiff_t;
    using pointer = const char *;
    using reference = const char &;
    LineCounter *counter;
    size_t offset;
    reference operator*() const { return counter->text_[offset]; }
    Iterator &operator++() {
      ++offset;
      counter->read_ = offset;
      return *this;
    }
    bool operator==(const Iterator &other) const { return offset == other.offset; }
    bool operator!=(const Iterator &other) const { return offset != other.offset; }
  };

  // From where the parser has read so far.
  Iterator begin() { return {this, read_}; }
  Iterator end() { return {this, text_.size()}; }

  // Skips white space. False: nothing else is left.
  bool skip_white() {
    while (read_ < text_.size() && is_white(text_[read_])) ++read_;
    return read_ < text_.size();
  }

  // The line of what the parser has just read. It looks one character past a number, and to the end of a
  // document that is cut; line ends there do not count.
  uint32_t line() {
    size_t end = read_;
    while (end > 0 && is_white(text_[end - 1])) --end;
    for (; counted_ < end; ++counted_) line_ += text_[counted_] == '\n' ? 1 : 0;
    return line_;
  }

 private:
  static bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  const std::string &text_;
  size_t read_ = 0;
  size_t counted_ = 0;
  uint32_t line_ = 1;
};

}  // namespace skipcall::cli
