#include "contact_lines.hpp"

#include "characters.hpp"
#include "failure.hpp"

namespace skipcall::cli {

void read_contact_lines(const InputText &input, const std::string &sequence, ContactList &list) {
  if (sequence.empty()) {
    std::string_view rest = trimmed(input.text);
    if (!is_lone_id(take_line(rest))) {
      throw BadInput(
          input.name +
              ": its first line is neither a contact id nor names of columns. Give one id per line, " +
              "a CSV file with a header line, or JSON",
          "no-contact");
    }
    throw BadInput(input.name +
                       ": is a plain list of contact ids; say with --sequence which sequence to remove " +
                       "them from",
                   "no-sequence");
  }
  const uint32_t source = list.add_source(input.name);
  list.group(sequence, {source, 1});
  std::string_view rest = input.text;
  for (uint32_t line = 1; !rest.empty(); ++line) {
    const std::string_view id = trimmed(take_line(rest));
    if (!id.empty()) list.add(sequence, id, {source, line});
  }
}

}  // namespace skipcall::cli
