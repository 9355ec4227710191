// A contact id: a UUID (RFC 9562, section 4) as 16 bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "vec.hpp"

namespace skipcall {

struct ContactId {
  uint64_t high;
  uint64_t low;
  friend bool operator==(const ContactId &, const ContactId &) = default;
};

inline constexpr size_t contact_id_length = 36;

// Cuts ASCII white space, U+FEFF and U+00A0 from both ends: what spreadsheets leave around an id.
std::string_view trim_id(std::string_view text);

// Reads a UUID of 36 characters in any case and appends it to `ids`, if there is room for it. False: it is
// not one, or there is no room.
bool parse_contact_id(std::string_view text, Vec<ContactId> &ids);

// Lists in JSON's form: "ID","ID" … Each function handles a whole list in one loop, since a run spends its
// time here.

// Reads UUIDs from the beginning of `text` and appends them to `ids`, until something other than a comma and
// another UUID comes, or there is no room. Result: the number of bytes, to the end of the last UUID.
size_t parse_contact_ids(std::string_view text, Vec<ContactId> &ids);

inline constexpr size_t contact_id_quoted = contact_id_length + 3;  // with its quotation marks and comma

// Writes `count` elements, in lower case, without a comma after the last: contact_id_quoted bytes for each,
// less one.
void write_contact_ids(const ContactId *ids, size_t count, char *out);

}  // namespace skipcall
