// A contact list as one string, so that a test can compare it at a glance.
#pragma once

#include <string>

#include "contact_list.hpp"

// "A: id@file:2 id@file:3 | B: …"; ids are JSON text.
inline std::string list_text(const skipcall::cli::ContactList &list) {
  std::string text;
  for (const auto &group : list.groups()) {
    if (!text.empty()) text += " | ";
    text += group.sequence.dump() + ":";
    for (size_t i = 0; i < group.contacts.size(); ++i) {
      text += " " + group.contacts[i].dump() + "@" + list.place_text(group.places[i]);
    }
  }
  return text;
}
