// Any bytes as a file of contacts, in each format and with or without one sequence for the whole file:
// refused, or read so that every id is in the file and no sequence holds invisible characters.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "characters.hpp"
#include "contact_input.hpp"
#include "expect.hpp"
#include "failure.hpp"

namespace {

using skipcall::expect;
using namespace skipcall::cli;

constexpr InputFormat formats[] = {InputFormat::automatic, InputFormat::lines, InputFormat::csv,
                                   InputFormat::json};

void check(const ContactList &list, const std::string &text, const std::string &sequence) {
  const auto line_breaks = static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }));
  size_t total = 0;
  for (const ContactGroup &group : list.groups()) {
    expect(group.contacts.size() == group.places.size(), "an id without a place");
    total += group.contacts.size();
    if (!group.sequence.is_string()) continue;  // the action refuses it
    const auto &name = group.sequence.get_ref<const std::string &>();
    expect(!find_odd_character(name), "a sequence with an invisible or unusual character");
    expect(trimmed(name) == name, "a sequence that is not trimmed");
    for (const Place &place : group.places)
      expect(place.line <= line_breaks + 1, "a line after the file's end");
  }
  expect(total == list.total(), "the total is not the sum");
  if (sequence.empty()) return;
  // A file with its own sequences is refused together with a given one.
  for (const ContactGroup &group : list.groups()) expect(group.sequence == sequence, "another sequence");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  const InputFormat format = formats[data[0] & 3];
  const std::string sequence = (data[0] & 4) != 0 ? "spring" : "";
  const std::string bytes(data + 1, data + size);
  ContactList list;
  try {
    const InputText input = text_input("file", bytes);
    read_contact_input(input, format, {}, sequence, list);
    check(list, input.text, sequence);
  } catch (const BadInput &error) {
    expect(*error.what() != '\0', "refused without a word");
  }
  return 0;
}
