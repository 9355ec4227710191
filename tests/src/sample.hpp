// What the tests share: contact ids and inputs by number.
#pragma once

#include <cstdio>
#include <string>

namespace skipcall {

// The UUID of a number.
inline std::string contact(unsigned number) {
  char text[37];
  std::snprintf(text, sizeof text, "00000000-0000-4000-8000-%012x", number);
  return text;
}

// `count` contacts from number `first` on, quoted and joined by commas.
inline std::string contacts(unsigned count, unsigned first = 0) {
  std::string text;
  for (unsigned i = 0; i < count; i++) text += (i == 0 ? "\"" : ",\"") + contact(first + i) + "\"";
  return text;
}

inline std::string removal(const std::string &sequence, unsigned count, unsigned first = 0) {
  return R"({"sequenceId":")" + sequence + R"(","contactIds":[)" + contacts(count, first) + "]}";
}

// An input in the long form; `options` are the members of the object.
inline std::string input_of(const std::string &removals, const std::string &options = "") {
  return R"({"removals":[)" + removals + R"(],"options":{)" + options + "}}";
}

// One contact per batch, so that batches are easy to count.
inline std::string batches_of(unsigned count, const std::string &options = "") {
  return input_of(removal("A", count), R"("batchSize":1)" + (options.empty() ? "" : "," + options));
}

}  // namespace skipcall
