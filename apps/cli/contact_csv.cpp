#include "contact_csv.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "csv_rows.hpp"
#include "failure.hpp"

namespace skipcall::cli {
namespace {

// A column's name without case, blanks, underscores and hyphens: "Contact ID" and contact_id are contactId.
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      plain += static_cast<char>(c - 'A' + 'a');
    } else if (c != ' ' && c != '_' && c != '-') {
      plain += c;
    }
  }
  return plain;
}

using Names = std::vector<std::string_view>;

// The certain name of each column, and those that are taken when they are the only candidate.
const Names sequence_certain = {"sequenceid", "sequenceuuid"};
const Names sequence_likely = {"sequence"};
const Names contact_certain = {"contactid", "contactuuid"};
const Names contact_likely = {"contact", "id", "uuid"};

bool is_in(const Names &names, const std::string &name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string columns_found(const std::vector<std::string> &header) {
  constexpr std::size_t shown = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(header.size(), shown); ++i) text += (i ? ", " : "") + header[i];
  if (header.size() > shown) text += ", and " + std::to_string(header.size() - shown) + " more";
  return text;
}

// A header line that holds an id is a row: it is not quoted in messages, and the person is told what is
// missing.
bool looks_like_uuid(std::string_view cell) {
  return cell.size() == 36 && cell[8] == '-' && cell[13] == '-' && cell[18] == '-' && cell[23] == '-';
}

class Header {
 public:
  Header(const std::string &file, const std::vector<std::string> &cells) : file_(file), cells_(cells) {
    if (std::any_of(cells.begin(), cells.end(), looks_like_uuid)) {
      throw BadInput(file +
                     ": the first line holds an id; a CSV file begins with a line of column names, such as " +
                     "sequenceId,contactId (for a plain list of ids use --format lines)");
    }
  }

  // The one column that --columns names.
  std::size_t named(const std::string &name) const {
    const auto found = candidates([&](const std::string &cell) { return cell == name; });
    if (found.empty()) throw BadInput(file_ + ": has no column \"" + name + "\"" + found_text());
    return only(found, name);
  }

  // The one column with a usual name. Result: nothing where there is none.
  std::optional<std::size_t> usual(const Names &certain, const Names &likely, const std::string &what) const {
    for (const Names *names : {&certain, &likely}) {
      const auto found = candidates([&](const std::string &cell) { return is_in(*names, plain_name(cell)); });
      if (!found.empty()) return only(found, what);
    }
    return std::nullopt;
  }

  std::string found_text() const { return "; the columns found are: " + columns_found(cells_); }

 private:
  template <typename Match>
  std::vector<std::size_t> candidates(Match match) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (match(cells_[i])) found.push_back(i);
    }
    return found;
  }

  std::size_t only(const std::vector<std::size_t> &found, const std::string &what) const {
    if (found.size() == 1) return found.front();
    throw BadInput(file_ + ": has more than one column that could be \"" + what +
                   "\"; say which with --columns sequence=NAME,contact=NAME" + found_text());
  }

  const std::string &file_;
  const std::vector<std::string> &cells_;
};

// The delimiter that the header line has most of, outside of quotes; a comma where it has none.
char find_delimiter(std::string_view header) {
  std::array<std::pair<char, int>, 3> counts = {{{',', 0}, {';', 0}, {'\t', 0}}};
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    for (auto &[delimiter, count] : counts) count += !quoted && c == delimiter ? 1 : 0;
  }
  return std::max_element(counts.begin(), counts.end(), [](auto &a, auto &b) { return a.second < b.second; })
      ->first;
}

bool is_blank(const std::string &cell) {
  return trimmed(cell).empty();
}

}  // namespace

CsvColumns parse_columns(const std::string &text) {
  CsvColumns columns;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const std::size_t equals = part.find('=');
    const std::string_view key = part.substr(0, equals);
    const std::string value(equals == part.npos ? std::string_view() : trimmed(part.substr(equals + 1)));
    std::string *target = key == "sequence"  ? &columns.sequence
                          : key == "contact" ? &columns.contact
                                             : nullptr;
    if (target == nullptr || value.empty() || !target->empty()) {
      throw BadInput("--columns is read as sequence=NAME,contact=NAME; \"" + text + "\" is not of that form");
    }
    *target = value;
  }
  return columns;
}

bool is_column_name(std::string_view name) {
  if (name.size() > 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  const std::string plain = plain_name(name);
  return is_in(sequence_certain, plain) || is_in(sequence_likely, plain) || is_in(contact_certain, plain) ||
         is_in(contact_likely, plain);
}

void read_contact_csv(const InputText &input, const CsvColumns &columns, const std::string &sequence,
                      ContactList &list) {
  const std::uint32_t source = list.add_source(input.name);
  std::string_view first = trimmed(input.text);
  const char delimiter = find_delimiter(take_line(first));
  std::size_t width = 0;
  std::size_t contact_column = 0;
  std::optional<std::size_t> sequence_column;

  const auto read_header = [&](const std::vector<std::string> &cells) {
    const Header header(input.name, cells);
    width = cells.size();
    const auto contact = columns.contact.empty() ? header.usual(contact_certain, contact_likely, "contactId")
                                                 : header.named(columns.contact);
    if (!contact) throw BadInput(input.name + ": has no column contactId" + header.found_text());
    contact_column = *contact;
    sequence_column = columns.sequence.empty() ? header.usual(sequence_certain, sequence_likely, "sequenceId")
                                               : header.named(columns.sequence);
    if (sequence_column == contact_column) {
      throw BadInput(input.name + ": the column \"" + cells[contact_column] +
                     "\" cannot hold both the sequence and the contact");
    }
    if (!sequence_column && sequence.empty()) {
      throw BadInput(input.name + ": has no column sequenceId" + header.found_text() +
                     "; name it with --columns sequence=NAME, or give one sequence for the whole file with " +
                     "--sequence");
    }
    if (sequence_column && !sequence.empty()) {
      throw BadInput(input.name + ": has its own column \"" + cells[*sequence_column] +
                     "\", so it cannot be used together with --sequence");
    }
    if (!sequence_column) list.group(sequence, {source, 1});
  };

  const auto read_row = [&](const std::vector<std::string> &cells, std::uint32_t line) {
    if (std::all_of(cells.begin(), cells.end(), is_blank)) return;
    // Excel may write the delimiter, "sep=;", in a line of its own before the header.
    const bool names_delimiter =
        width == 0 && cells.front() == "sep=" && std::all_of(cells.begin() + 1, cells.end(), is_blank);
    if (names_delimiter) return;
    if (width == 0) return read_header(cells);
    const Place place{source, line};
    const auto cell = [&](std::size_t column) {
      return column < cells.size() ? cells[column] : std::string();
    };
    for (std::size_t i = width; i < cells.size(); ++i) {
      if (is_blank(cells[i])) continue;
      throw BadInput(list.place_text(place) + ": has " + std::to_string(cells.size()) +
                     " cells, but the header line has " + std::to_string(width) + " columns");
    }
    const std::string row_sequence = sequence_column ? cell(*sequence_column) : sequence;
    if (!is_utf8(row_sequence)) {
      throw BadInput(list.place_text(place) + ": the sequence id is not UTF-8; save the file as UTF-8");
    }
    list.add(row_sequence, cell(contact_column), place);
  };

  if (const std::uint32_t line = for_each_csv_row(input.text, delimiter, read_row); line != 0) {
    throw BadInput(
        list.place_text({source, line}) +
        ": broken quotes: a quote stands inside of a cell without quotes, or a quoted cell never ends");
  }
  if (width == 0) {
    throw BadInput(input.name + ": is empty; a CSV file begins with a line of column names, such as " +
                   "sequenceId,contactId");
  }
}

}  // namespace skipcall::cli
