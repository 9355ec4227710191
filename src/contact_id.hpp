// A contact id: a UUID (RFC 9562, section 4) as 16 bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace skipcall {

struct ContactId {
  uint64_t high;
  uint64_t low;
  friend bool operator==(const ContactId &, const ContactId &) = default;
};

inline constexpr size_t contact_id_length = 36;

// Cuts ASCII white space, U+FEFF and U+00A0 from both ends: what spreadsheets leave around an id.
std::string_view trim_id(std::string_view text);

// Reads a UUID of 36 characters in any case. False: it is none; `id` is unchanged.
bool parse_contact_id(std::string_view text, ContactId &id);

// Writes the 36 characters, in lower case, to `out`.
void write_contact_id(const ContactId &id, char *out);

}  // namespace skipcall
