// The action's input, and the way back from its positions to files and lines.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "contact_list.hpp"

namespace skipcall::cli {

// The input JSON of remove_contacts: all groups of `list` as removals, in order, with `options`. Bytes of an
// id that are not UTF-8 become U+FFFD, which makes the id invalid.
std::string request_json(const ContactList &list, const nlohmann::json &options);

// An invalid id of a result's `invalidIds`, as a person can find it.
struct InvalidId {
  std::string place;   // "contacts.csv:17"
  std::string reason;  // the action's reason code
  bool is_sequence;    // the sequence id is invalid, not the contact's
  std::string odd{};   // a character that does not belong in it, "U+200B"
  std::string hint{};  // what else is wrong with it, for a person: "it has no hyphens"
  std::string file{};  // the place in two parts
  uint32_t line = 0;
};
// A journal of an older version has no hint.
// NOLINTNEXTLINE(misc-const-correctness): what the macro makes
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(InvalidId, place, reason, is_sequence, odd, hint, file, line)

// Finds the place of each entry of `invalid_ids`; an invalid sequence id gives the places of all its
// contacts. `list` must be the one that the request was made from; positions outside it are skipped.
std::vector<InvalidId> find_invalid_ids(const ContactList &list, const nlohmann::json &invalid_ids);

}  // namespace skipcall::cli
