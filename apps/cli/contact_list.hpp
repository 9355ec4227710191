// contact_list.hpp: contact ids by sequence, each with the place it was read from.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace skipcall::cli {

// Where an id was read: the number of its source in ContactList::sources, and the line in it, counted from 1.
struct Place {
  std::uint32_t source = 0;
  std::uint32_t line = 0;
};

// The contacts of one sequence, in order of appearance. Ids are JSON values as they were found, bad ones too:
// the action judges them, and its positions lead back to `places`.
struct ContactGroup {
  nlohmann::json sequence;
  Place place;  // where the sequence was first named
  std::vector<nlohmann::json> contacts;
  std::vector<Place> places;  // one for each contact
};

// All that the input files and options hold, merged.
class ContactList {
 public:
  // Names a source of ids (a file name, "standard input" or "--id"). Result: its number, for Place.
  std::uint32_t add_source(const std::string &name);

  // The group of `sequence`, made where there is none yet, so that a sequence without contacts is kept as
  // well.
  ContactGroup &group(const nlohmann::json &sequence, Place place);

  // Adds one contact id of `sequence`.
  void add(const nlohmann::json &sequence, nlohmann::json contact, Place place);

  // Options of the action found in a JSON input. Throws BadInput when a second source brings some.
  void set_options(nlohmann::json options, std::uint32_t source);

  const std::vector<ContactGroup> &groups() const { return groups_; }
  const nlohmann::json &options() const { return options_; }
  std::size_t total() const;

  // "contacts.csv:17", or for the command line "--id 3".
  std::string place_text(Place place) const;

 private:
  std::vector<std::string> sources_;
  std::vector<ContactGroup> groups_;
  std::map<std::string, std::size_t> group_of_;  // by the sequence's JSON text
  nlohmann::json options_ = nlohmann::json::object();
  std::string options_source_;
};

}  // namespace skipcall::cli
