#include "contact_input.hpp"

#include <algorithm>

#include "characters.hpp"
#include "contact_csv.hpp"
#include "contact_json.hpp"
#include "contact_json_rows.hpp"
#include "contact_lines.hpp"
#include "failure.hpp"
#include "json_outline.hpp"

namespace skipcall::cli {
namespace {

void read(const InputText &input, InputFormat format, const ColumnNames &columns, const std::string &sequence,
          ContactList &list) {
  if (format == InputFormat::automatic) format = detect_format(input);
  if (trimmed(input.text).empty()) {
    throw BadInput(input.name + ": is empty; a failed export or command before this one may be why", "empty");
  }
  if (format == InputFormat::json) {
    const JsonOutline outline = json_outline(input);
    if (outline.is_rows) read_json_rows(input, outline.list, columns, sequence, list);
    if (!outline.is_rows) read_contact_json(input, sequence, list);
  }
  if (format == InputFormat::csv) read_contact_csv(input, columns, sequence, list);
  if (format == InputFormat::lines) read_contact_lines(input, sequence, list);
}

}  // namespace

void read_contact_input(const InputText &input, InputFormat format, const ColumnNames &columns,
                        const std::string &sequence, ContactList &list) {
  try {
    read(input, format, columns, sequence, list);
  } catch (const BadInput &refused) {
    // A column's name may hold line breaks. None may look like another line of this program.
    std::string text = refused.what();
    std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, '?');
    throw BadInput(text, refused.kind());
  }
}

}  // namespace skipcall::cli
