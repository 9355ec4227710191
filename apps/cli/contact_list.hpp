// Contact ids by sequence, each with the place it was read from.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "contact_columns.hpp"

namespace skipcall::cli {

// Where an id was read: the number of its source in ContactList::sources, and the line in it, counted from 1.
struct Place {
  uint32_t source = 0;
  uint32_t line = 0;
};

// The contacts of one sequence, in order of appearance. Ids are JSON values as found, bad ones too: the
// action judges them, and its positions lead back to `places`.
struct ContactGroup {
  nlohmann::json sequence;
  Place place;  // where the sequence was first named
  std::vector<nlohmann::json> contacts;
  std::vector<Place> places;  // one for each contact
};

// Which columns of a file were read, to show before anything is sent.
struct FileColumns {
  std::string source;
  std::string contact;
  std::string sequence;  // empty: one sequence was given for the whole file
  std::vector<std::string> unused;
};

// A contact id without what is not part of it: white space and invisible characters around it, quotes of its
// own, a trailing comma.
std::string_view bare_id(std::string_view text);

// Whether a text is an id, with nothing else but what bare_id leaves out.
bool is_lone_id(std::string_view text);

// A sequence id, trimmed and without quotes of its own. Throws BadInput, which names `place`: it holds
// invisible or unusual white space characters, is not UTF-8, looks like an API key, or is no id. An empty one
// is for the action to refuse.
std::string checked_sequence(std::string_view text, const std::string &place);

// Everything that the input files and options hold, merged.
class ContactList {
 public:
  // Names a source of ids (a file name, "standard input" or "--id"). Result: its number, for Place.
  uint32_t add_source(const std::string &name);

  // Records which columns of a source are used.
  void add_columns(uint32_t source, const std::vector<std::string> &header, const ChosenColumns &chosen);

  // The group of `sequence`, created if there is none yet, so that a sequence without contacts is kept too.
  // Throws BadInput: see checked_sequence.
  ContactGroup &group(const nlohmann::json &sequence, Place place);

  // Adds one contact id of `sequence`. Throws BadInput: see checked_sequence.
  void add(const nlohmann::json &sequence, nlohmann::json contact, Place place);

  // Options of the action found in a JSON input. Throws BadInput if a second source has some.
  void set_options(nlohmann::json options, uint32_t source);

  const std::vector<ContactGroup> &groups() const { return groups_; }
  const nlohmann::json &options() const { return options_; }
  const std::vector<FileColumns> &columns() const { return columns_; }
  size_t total() const;

  // The name of a place's source.
  const std::string &source_name(Place place) const { return sources_[place.source]; }
  // "contacts.csv:17", or for the command line "--id 3".
  std::string place_text(Place place) const;

 private:
  std::vector<std::string> sources_;
  std::vector<FileColumns> columns_;
  std::vector<ContactGroup> groups_;
  std::map<std::string, size_t> group_of_;       // by the sequence's JSON text
  std::map<std::string, size_t> group_of_text_;  // by a sequence as it was read
  nlohmann::json options_ = nlohmann::json::object();
  std::string options_source_;
};

}  // namespace skipcall::cli
