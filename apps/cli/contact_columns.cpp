#include "contact_columns.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "characters.hpp"
#include "column_names.hpp"
#include "csv_rows.hpp"
#include "failure.hpp"

namespace skipcall::cli {
namespace {

using Names = std::vector<std::string>;

std::string columns_found(const Names &header) {
  constexpr size_t shown = 20;
  std::string text = "; the columns found are: ";
  for (size_t i = 0; i < std::min(header.size(), shown); ++i) text += (i ? ", " : "") + header[i];
  if (header.size() > shown) text += ", and " + std::to_string(header.size() - shown) + " more";
  return text;
}

bool is_no_name(std::string_view) {
  return false;
}

class Header {
 public:
  Header(const std::string &file, const Names &cells) : file_(file), cells_(cells) {
    for (const std::string &cell : cells) plain_.push_back(plain_name(cell));
  }

  // The one column that --columns names.
  size_t named(const std::string &name) const {
    auto found = candidates([&](size_t i) { return cells_[i] == name; });
    const std::string plain = plain_name(name);
    if (found.empty() && !plain.empty()) found = candidates([&](size_t i) { return plain_[i] == plain; });
    if (found.empty()) {
      throw BadInput(file_ + ": has no column \"" + name + "\"" + columns_found(cells_), "no-such-column");
    }
    return only(found, name);
  }

  // The one column with a usual name. Beside one that is only likely, there may be none that is possible.
  // Result: nothing if there is none.
  std::optional<size_t> usual(NameRank (*rank)(std::string_view), bool (*is_possible)(std::string_view),
                              const std::string &what) const {
    const auto of_rank = [&](NameRank wanted) {
      return candidates([&](size_t i) { return rank(plain_[i]) == wanted; });
    };
    if (const auto certain = of_rank(NameRank::certain); !certain.empty()) return only(certain, what);
    auto likely = of_rank(NameRank::likely);
    if (likely.empty()) return std::nullopt;
    const auto possible = candidates([&](size_t i) { return is_possible(plain_[i]); });
    likely.insert(likely.end(), possible.begin(), possible.end());
    return only(likely, what);
  }

  // The first column, other than `contact`, that could hold sequences.
  std::optional<size_t> possible_sequence(size_t contact) const {
    const auto found = candidates(
        [&](size_t i) { return i != contact && (could_be_sequence(plain_[i]) || is_unreadable(cells_[i])); });
    return found.empty() ? std::nullopt : std::optional(found.front());
  }

  std::vector<NamelessColumn> nameless(size_t contact) const {
    std::vector<NamelessColumn> found;
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (i != contact && is_nameless(plain_[i])) found.push_back({i});
    }
    return found;
  }

 private:
  template <typename Match>
  std::vector<size_t> candidates(Match match) const {
    std::vector<size_t> found;
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (match(i)) found.push_back(i);
    }
    return found;
  }

  size_t only(const std::vector<size_t> &found, const std::string &what) const {
    if (found.size() == 1) return found.front();
    throw BadInput(file_ + ": has more than one column that could be \"" + what +
                       "\"; say which with --columns sequence=NAME,contact=NAME" + columns_found(cells_),
                   "ambiguous");
  }

  const std::string &file_;
  const Names &cells_;
  Names plain_;
};

}  // namespace

ColumnNames parse_columns(const std::string &text) {
  const auto refuse = [&] {
    throw BadInput("--columns must be sequence=NAME,contact=NAME, not \"" + text + "\"");
  };
  ColumnNames columns;
  // A name ends at a comma that another key follows.
  std::string *target = nullptr;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const size_t equals = part.find('=');
    const std::string key = equals == part.npos ? "" : plain_name(part.substr(0, equals));
    if (key == "sequence" || key == "contact") {
      target = key == "sequence" ? &columns.sequence : &columns.contact;
      if (!target->empty()) refuse();
      *target = part.substr(equals + 1);
      if (target->empty()) refuse();
    } else if (target != nullptr) {
      *target += "," + std::string(part);
    } else {
      refuse();
    }
  }
  for (std::string *name : {&columns.sequence, &columns.contact}) {
    if (name->empty()) continue;
    *name = trimmed(*name);
    if (name->empty() || text.ends_with(',')) refuse();
  }
  return columns;
}

ChosenColumns choose_columns(const std::string &file, const Names &header, const ColumnNames &named,
                             const std::string &sequence) {
  // An id is not quoted in messages, and the message says what is missing.
  if (std::any_of(header.begin(), header.end(), holds_id)) {
    throw BadInput(
        file + ": the first line holds an id; a CSV file begins with a line of column names, such as " +
            "sequenceId,contactId; a plain list has one id on each line",
        "header-is-row");
  }
  const Header columns(file, header);
  const auto contact = named.contact.empty() ? columns.usual(contact_rank, could_be_contact, "contactId")
                                             : columns.named(named.contact);
  if (!contact) {
    throw BadInput(
        file + ": has no column contactId; name it with --columns contact=NAME" + columns_found(header),
        "no-contact");
  }
  const auto chosen = named.sequence.empty() ? columns.usual(sequence_rank, is_no_name, "sequenceId")
                                             : columns.named(named.sequence);
  if (chosen == contact) {
    throw BadInput(
        file + ": the column \"" + header[*contact] + "\" cannot hold both the sequence and the contact",
        "one-for-both");
  }
  const auto possible = chosen ? chosen : columns.possible_sequence(*contact);
  if (!sequence.empty() && possible) {
    const std::string &name = header[*possible];
    throw BadInput(
        file +
            (chosen ? ": has its own column \"" + name + "\", so it cannot be used with --sequence"
             : is_unreadable(name)
                 ? ": its column \"" + name + "\" cannot be read and could hold sequences, so --sequence " +
                       "is not used; save the file as UTF-8"
                 : ": its column \"" + name + "\" could hold sequences, so --sequence is not used; " +
                       "read it with --columns sequence=NAME, or remove the column from the file"),
        "sequence-column");
  }
  if (!chosen && sequence.empty()) {
    throw BadInput(file + ": has no column sequenceId; name it with --columns sequence=NAME" +
                       (possible ? ", for example the column \"" + header[*possible] + "\""
                                 : ", or give one sequence for the whole file with --sequence") +
                       columns_found(header),
                   "no-sequence");
  }
  return {*contact, chosen, chosen ? std::vector<NamelessColumn>() : columns.nameless(*contact)};
}

void NamelessColumn::check(const std::string &place, std::string_view cell) {
  if (cell.empty()) return;
  const std::string_view number = cell.substr(std::min(cell.find_first_not_of('0'), cell.size() - 1));
  const bool rises = std::pair(number.size(), number) > std::pair(last.size(), std::string_view(last));
  if (cell.find_first_not_of("0123456789") == cell.npos && rises) {
    last = number;
    return;
  }
  throw BadInput(
      place + ": column " + std::to_string(index + 1) +
          " has no name and could hold sequences, so --sequence is not used; name the column in the " +
          "file, or remove it",
      "sequence-column");
}

int header_rank(const Names &header, const ColumnNames &named) {
  int contact = 0;
  int sequence = 0;
  for (const std::string &cell : header) {
    if (cell.find_first_of(csv_delimiters) != cell.npos)
      continue;  // "contact,uuid" is not a name: its comma is between two
    const std::string plain = plain_name(cell);
    const auto is_named = [&](const std::string &name) {
      return !plain.empty() && plain == plain_name(name);
    };
    contact = std::max(contact, is_named(named.contact) ? 3 : static_cast<int>(contact_rank(plain)));
    sequence = std::max(sequence, is_named(named.sequence) ? 3 : static_cast<int>(sequence_rank(plain)));
  }
  return contact + sequence;
}

}  // namespace skipcall::cli
