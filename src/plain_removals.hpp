// Removals as machines write them: sequenceId and contactIds, a short list of good ids, and nothing that
// needs a second look. Inputs made of them, one for each row of a sheet, are read in a third of the time.
#pragma once

#include <cstdint>
#include <string_view>

#include "removals.hpp"

namespace skipcall {

struct PlainRemovals {
  size_t bytes;       // to the end of the last
  uint32_t removals;  // how many were read
};

// Reads such removals from the beginning of `text` into `removals`, until something other than a comma and
// another such removal comes, or there is no room for ids or no memory. It reads only short lists: in long
// ones the ids take the time, and parse_contact_ids reads those.
PlainRemovals parse_plain_removals(std::string_view text, Removals &removals);

}  // namespace skipcall
