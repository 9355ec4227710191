#include "contact_list.hpp"

#include <utility>

#include "failure.hpp"

namespace skipcall::cli {

std::uint32_t ContactList::add_source(const std::string &name) {
  sources_.push_back(name);
  return static_cast<std::uint32_t>(sources_.size() - 1);
}

ContactGroup &ContactList::group(const nlohmann::json &sequence, Place place) {
  const auto [found, is_new] = group_of_.try_emplace(sequence.dump(), groups_.size());
  if (is_new) groups_.push_back({sequence, place, {}, {}});
  return groups_[found->second];
}

void ContactList::add(const nlohmann::json &sequence, nlohmann::json contact, Place place) {
  // Files are mostly sorted by sequence, so the newest group is tried before the map.
  ContactGroup &into =
      !groups_.empty() && groups_.back().sequence == sequence ? groups_.back() : group(sequence, place);
  into.contacts.push_back(std::move(contact));
  into.places.push_back(place);
}

void ContactList::set_options(nlohmann::json options, std::uint32_t source) {
  if (!options_source_.empty()) {
    throw BadInput("both " + options_source_ + " and " + sources_[source] +
                   " hold \"options\": keep one of them, or give the options on the command line");
  }
  options_ = std::move(options);
  options_source_ = sources_[source];
}

std::size_t ContactList::total() const {
  std::size_t total = 0;
  for (const ContactGroup &group : groups_) total += group.contacts.size();
  return total;
}

std::string ContactList::place_text(Place place) const {
  const std::string &source = sources_[place.source];
  const std::string line = std::to_string(place.line);
  return source.starts_with("--") ? source + " " + line : source + ":" + line;
}

}  // namespace skipcall::cli
