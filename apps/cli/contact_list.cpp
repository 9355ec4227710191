#include "contact_list.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <span>
#include <string_view>
#include <utility>

#include "characters.hpp"
#include "column_names.hpp"
#include "contact_tables.hpp"
#include "failure.hpp"

namespace skipcall::cli {
namespace {

// The action reads no longer strings, and its message does not know where one came from.
constexpr size_t longest = size_t{128} * 1024;

[[noreturn]] void refuse_length(const std::string &what) {
  throw BadInput(what + " is longer than 128 KiB; is a quote or a line break missing?");
}

// There are many ids, and most are clean, so only the others are copied.
void strip(nlohmann::json &contact) {
  if (!contact.is_string()) return;
  std::string &text = contact.get_ref<std::string &>();
  if (const std::string_view bare = bare_id(text); bare.size() != text.size()) text = std::string(bare);
}

using Wrap = std::pair<std::string_view, std::string_view>;
constexpr std::array quotes{Wrap{"\"", "\""}, Wrap{"'", "'"}, Wrap{"\u201C", "\u201D"},
                            Wrap{"\u2018", "\u2019"}};
constexpr std::array braces{Wrap{"{", "}"}};

// Without the first of the wraps that is around it.
std::string_view unwrapped(std::string_view text, std::span<const Wrap> wraps) {
  text = trimmed(text);
  for (const auto &[begin, end] : wraps) {
    if (text.size() <= begin.size() + end.size() || !text.starts_with(begin) || !text.ends_with(end))
      continue;
    return trimmed(text.substr(begin.size(), text.size() - begin.size() - end.size()));
  }
  return text;
}

// A word for an empty cell, an error of a spreadsheet, a number that it has rounded, an address, or no letter
// or digit at all. start: of the sequence id.
bool is_no_sequence(const std::string &start) {
  static const std::regex pattern(
      [] {
        std::string any;
        for (const std::string_view word : tables::no_sequence()) any += "|" + std::string(word);
        return "(" + any.substr(1) + ")";
      }(),
      std::regex::icase);
  return !start.empty() && (plain_name(start).empty() || std::regex_match(start, pattern));
}

}  // namespace

std::string_view bare_id(std::string_view text) {
  text = trimmed(text);
  while (text.ends_with(',') || text.ends_with(';')) text = trimmed(text.substr(0, text.size() - 1));
  if (text.starts_with("=\"")) text.remove_prefix(1);
  return text.starts_with('{') ? unwrapped(text, braces) : unwrapped(text, quotes);
}

bool is_lone_id(std::string_view text) {
  const std::string_view id = bare_id(text);
  const auto begins = [](char c) { return (c & 0xC0) != 0x80; };  // a character of UTF-8
  return std::count_if(id.begin(), id.end(), begins) == 36 && holds_id(id);
}

std::string checked_sequence(std::string_view text, const std::string &place) {
  text = unwrapped(text, quotes);
  if (text.size() > longest) refuse_length(place + ": the sequence id");
  if (!is_utf8(text)) {
    throw BadInput(place + ": the sequence id is not UTF-8; save the file as UTF-8", "not-utf8");
  }
  if (const auto odd = find_odd_character(text)) {
    throw BadInput(place + ": the sequence id holds the character " + code_point_text(*odd) +
                       ", which is invisible or an unusual space; remove it",
                   "odd-character");
  }
  // It would be shown, and sent in an address.
  static const std::regex key("(bearer\\s+)?sk_(live|test)_", std::regex::icase);
  std::string start(text.substr(0, 40));
  while (!is_utf8(start)) start.pop_back();
  if (std::regex_search(start, key, std::regex_constants::match_continuous)) {
    throw BadInput(place + ": the sequence id looks like an API key; give the id of the sequence", "key");
  }
  if (is_no_sequence(start)) {
    throw BadInput(place + ": the sequence id is " + start + ", which is not an id; correct or remove it",
                   "no-id");
  }
  return std::string(text);
}

uint32_t ContactList::add_source(const std::string &name) {
  sources_.push_back(name);
  return static_cast<uint32_t>(sources_.size() - 1);
}

void ContactList::add_columns(uint32_t source, const std::vector<std::string> &header,
                              const ChosenColumns &chosen) {
  FileColumns columns{sources_[source], header[chosen.contact], "", {}};
  if (chosen.sequence) columns.sequence = header[*chosen.sequence];
  for (size_t i = 0; i < header.size(); ++i) {
    if (i == chosen.contact || i == chosen.sequence) continue;
    // Spreadsheets leave blank names at the end; others may have contents.
    const bool is_named_later = std::any_of(header.begin() + static_cast<ptrdiff_t>(i), header.end(),
                                            [](const std::string &name) { return !name.empty(); });
    if (is_named_later) {
      columns.unused.push_back(header[i].empty() ? "column " + std::to_string(i + 1) : header[i]);
    }
  }
  columns_.push_back(std::move(columns));
}

ContactGroup &ContactList::group(const nlohmann::json &sequence, Place place) {
  const std::string *text = sequence.is_string() ? &sequence.get_ref<const std::string &>() : nullptr;
  if (text != nullptr && group_of_text_.contains(*text)) return groups_[group_of_text_[*text]];
  const nlohmann::json clean =
      text != nullptr ? nlohmann::json(checked_sequence(*text, place_text(place))) : sequence;
  const auto [found, is_new] = group_of_.try_emplace(clean.dump(), groups_.size());
  if (is_new) groups_.push_back({clean, place, {}, {}});
  if (text != nullptr) group_of_text_[*text] = found->second;
  return groups_[found->second];
}

void ContactList::add(const nlohmann::json &sequence, nlohmann::json contact, Place place) {
  // Files are mostly sorted by sequence, so the newest group is tried before the map.
  ContactGroup &into =
      !groups_.empty() && groups_.back().sequence == sequence ? groups_.back() : group(sequence, place);
  strip(contact);
  if (contact.is_string() && contact.get_ref<const std::string &>().size() > longest) {
    refuse_length(place_text(place) + ": the contact id");
  }
  into.contacts.push_back(std::move(contact));
  into.places.push_back(place);
}

void ContactList::set_options(nlohmann::json options, uint32_t source) {
  if (!options_source_.empty()) {
    throw BadInput("both " + options_source_ + " and " + sources_[source] +
                   " hold \"options\": keep one of them, or give the options on the command line");
  }
  options_ = std::move(options);
  options_source_ = sources_[source];
}

size_t ContactList::total() const {
  size_t total = 0;
  for (const ContactGroup &group : groups_) total += group.contacts.size();
  return total;
}

std::string ContactList::place_text(Place place) const {
  const std::string &source = sources_[place.source];
  const std::string line = std::to_string(place.line);
  return source.starts_with("--") ? source + " " + line : source + ":" + line;
}

}  // namespace skipcall::cli
