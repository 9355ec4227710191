// Reads the action's own JSON form, which a remaining file also has.
#pragma once

#include "contact_list.hpp"
#include "input_text.hpp"

namespace skipcall::cli {

// Adds the contacts of a JSON text in the form {"sequenceId", "contactIds", "options"} or {"removals": [...],
// "options"} to `list`, or what remained of a saved result. `outcome` and `error` inside a removal are
// ignored. sequence: of removals that name none; else empty. Ids of any scalar type are kept, for the action to
// judge; their lines are kept for messages. Throws BadInput, with the line: not JSON, an unknown or repeated
// key, a wrong type. Nothing is guessed, since a mistyped key must not remove contacts.
void read_contact_json(const InputText &input, const std::string &sequence, ContactList &list);

}  // namespace skipcall::cli
