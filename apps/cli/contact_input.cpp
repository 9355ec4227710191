#include "contact_input.hpp"

#include "contact_csv.hpp"
#include "contact_json.hpp"
#include "contact_lines.hpp"
#include "failure.hpp"

namespace skipcall::cli {

void read_contact_input(const InputText &input, InputFormat format, const ColumnNames &columns,
                        const std::string &sequence, ContactList &list) {
  if (format == InputFormat::automatic) format = detect_format(input);
  if (format == InputFormat::json && !sequence.empty()) {
    throw BadInput(input.name + ": names its own sequences, so it cannot be used together with --sequence",
                   "sequence-column");
  }
  if (format == InputFormat::json) read_contact_json(input, list);
  if (format == InputFormat::csv) read_contact_csv(input, columns, sequence, list);
  if (format == InputFormat::lines) read_contact_lines(input, sequence, list);
}

}  // namespace skipcall::cli
