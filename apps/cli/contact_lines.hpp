// Reads plain lines, one contact id each.
#pragma once

#include <string>

#include "contact_list.hpp"
#include "input_text.hpp"

namespace skipcall::cli {

// Adds the contact id of each line of `input` to `sequence`; blank lines are skipped. Throws BadInput when
// `sequence` is empty: lines do not say which sequence they are for.
void read_contact_lines(const InputText &input, const std::string &sequence, ContactList &list);

}  // namespace skipcall::cli
