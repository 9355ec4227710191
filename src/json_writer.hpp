// Writes JSON into a Text, piece by piece: a million ids never become a tree.
#pragma once

#include <string_view>

#include "text.hpp"

namespace skipcall {

class JsonWriter {
 public:
  explicit JsonWriter(Text &out) : out_(out) {}

  JsonWriter &start_object() { return open('{'); }
  JsonWriter &end_object() { return close('}'); }
  JsonWriter &start_array() { return open('['); }
  JsonWriter &end_array() { return close(']'); }
  // The name of the next value. Plain ASCII without quotation marks.
  JsonWriter &key(std::string_view name);
  JsonWriter &null();
  JsonWriter &boolean(bool truth);
  JsonWriter &number(uint64_t value);
  // A UTF-8 string; what JSON demands is escaped, as nlohmann's dump() does.
  JsonWriter &string(std::string_view text);
  // string(), or null if the text is empty.
  JsonWriter &string_or_null(std::string_view text) { return text.empty() ? null() : string(text); }
  // One or more finished values, joined by commas, of `length` bytes, which the caller fills; nullptr: no
  // memory.
  char *raw(size_t length);
  // A string that is known to need no escape, of `length` bytes, which the caller fills; nullptr: no memory.
  char *raw_string(size_t length);

 private:
  void separate() {
    if (comma_) out_.append(',');
    comma_ = true;
  }
  JsonWriter &open(char c);
  JsonWriter &close(char c);

  Text &out_;
  bool comma_ = false;
};

}  // namespace skipcall
