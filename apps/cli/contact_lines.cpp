#include "contact_lines.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "characters.hpp"
#include "failure.hpp"
#include "list_line.hpp"

namespace skipcall::cli {

void read_contact_lines(const InputText &input, const std::string &sequence, ContactList &list) {
  if (sequence.empty()) {
    if (!is_id_list(input.text)) {
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
  // Of several ids on one of many lines, only one may be the contact's.
  const std::vector<std::string_view> only = ids_of_only_line(input.text);
  std::string_view bullet;
  bool is_first = true;
  std::string_view rest = input.text;
  for (uint32_t line = 1; !rest.empty(); ++line) {
    const std::string_view text = trimmed(take_line(rest));
    if (text.empty()) continue;
    const ListLine found = list_line(text);
    if (std::exchange(is_first, false)) bullet = found.bullet;
    if (!bullet.empty() && found.bullet != bullet) {
      throw BadInput(list.place_text({source, line}) + ": does not begin with \"" + std::string(bullet) +
                         "\", as the first line does, and may not be meant; keep only the lines that are",
                     "some-rows");
    }
    if (only.empty()) list.add(sequence, bullet.empty() ? text : found.rest, {source, line});
    for (const std::string_view id : only) list.add(sequence, id, {source, line});
  }
}

}  // namespace skipcall::cli
