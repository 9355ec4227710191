#include "request.hpp"

#include "characters.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json &value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string odd_character(const Json &id) {
  const auto odd = id.is_string() ? find_odd_character(id.get_ref<const std::string &>()) : std::nullopt;
  return odd ? code_point_text(*odd) : "";
}

// What a person can correct in an invalid contact id that holds the digits of a UUID.
std::string hint(const Json &id) {
  if (!id.is_string()) return {};
  const std::string_view text = id.get_ref<const std::string &>();
  if (!holds_id(text)) return {};
  return text.size() == 32 ? "it has no hyphens"
                           : "it has extra characters, or separators other than its hyphens";
}

}  // namespace

std::string request_json(const ContactList &list, const Json &options) {
  // Written piece by piece: otherwise a document of a million ids would be in memory twice.
  std::string text = "{\"removals\":[";
  const char *between_groups = "";
  for (const ContactGroup &group : list.groups()) {
    text += between_groups;
    text += "{\"sequenceId\":" + text_of(group.sequence) + ",\"contactIds\":[";
    const char *between = "";
    for (const Json &contact : group.contacts) {
      text += between;
      text += text_of(contact);
      between = ",";
    }
    text += "]}";
    between_groups = ",";
  }
  text += "],\"options\":" + text_of(options) + "}";
  return text;
}

std::vector<InvalidId> find_invalid_ids(const ContactList &list, const Json &invalid_ids) {
  std::vector<InvalidId> found;
  for (const Json &entry : invalid_ids) {
    const auto removal = entry.value("removal", list.groups().size());
    if (removal >= list.groups().size()) continue;
    const ContactGroup &group = list.groups()[removal];
    const std::string reason = entry.value("reason", "invalid");
    const auto add = [&](Place place, bool is_sequence, const Json &contact) {
      found.push_back({list.place_text(place), reason, is_sequence, odd_character(contact), hint(contact),
                       list.source_name(place), place.line});
    };
    const auto contact = entry.find("contact");
    if (contact == entry.end() || contact->is_null()) {
      if (group.places.empty()) add(group.place, true, {});
      for (const Place &place : group.places) add(place, true, {});
    } else if (contact->is_number_unsigned() && contact->get<size_t>() < group.places.size()) {
      const auto at = contact->get<size_t>();
      add(group.places[at], false, group.contacts[at]);
    }
  }
  return found;
}

}  // namespace skipcall::cli
