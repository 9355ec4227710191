#include "contact_json_rows.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "column_names.hpp"
#include "failure.hpp"
#include "line_counter.hpp"
#include "removal_sequence.hpp"
#include "row_marks.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

struct Cell {
  std::string name;
  Json value;  // an object or a list is kept as an empty one
};

struct Row {
  uint32_t line = 0;
  std::vector<Cell> cells;
  bool has_ids = false;   // "contactIds" is a list
  std::vector<Json> ids;  // of it
  std::vector<uint32_t> id_lines;
};

// The parser's events for a list of rows or ids, or for one row after another.
class Reader : public Json::json_sax_t {
 public:
  // wrapper: the key of the list inside of an object; empty: it is not in one.
  Reader(const std::string &name, const std::string &wrapper, LineCounter &counter)
      : name_(name), wrapper_(wrapper), counter_(counter), at_(wrapper.empty() ? At::outside : At::start) {}

  std::vector<Row> rows;
  std::vector<Json> ids;
  std::vector<uint32_t> id_lines;
  std::string nested_sequence;  // the first key inside of a value that could hold sequences
  std::string nested_contact;   // the first one that could be that of contacts

  bool null() override { return scalar(Json()); }
  bool boolean(bool value) override { return scalar(value); }
  bool number_integer(number_integer_t value) override { return scalar(value); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(value); }
  bool number_float(number_float_t value, const string_t &) override { return scalar(value); }
  bool string(string_t &value) override { return scalar(std::move(value)); }
  bool binary(binary_t &) override { return refuse("holds binary data"); }

  bool start_object(size_t) override {
    if (at_ == At::start) return enter(At::wrapper);
    if (at_ == At::outside) {
      check_is_alone();
      rows.push_back({counter_.line(), {}, false, {}, {}});
      return enter(At::row);
    }
    if (at_ == At::row && is_cell() && key_ == "json") {
      rows.back() = {rows.back().line, {}, false, {}, {}};
      return enter(At::item);
    }
    if (is_cell() && inside_.empty() && is_flattened(key_)) {
      inside_ = key_ + ".";
      return true;
    }
    return start_nested(Json::object());
  }

  bool end_object() override {
    if (depth_ > 0) {
      --depth_;
    } else if (!inside_.empty()) {
      inside_.clear();
    } else if (at_ == At::item) {
      at_ = At::after_item;
    } else {
      at_ = At::outside;
    }
    return true;
  }

  bool start_array(size_t) override {
    if (at_ == At::wrapper && depth_ == 0 && key_ == wrapper_) at_ = At::outside;
    if (at_ == At::outside && !in_list_) {
      had_list_ = had_list_ || !rows.empty() || !ids.empty();
      check_is_alone();
      in_list_ = had_list_ = true;
      return true;
    }
    if (at_ == At::outside) return refuse("holds a list inside the list");
    if (is_cell() && key_ == "contactIds") {
      rows.back().has_ids = true;
      in_ids_ = true;
      return true;
    }
    return start_nested(Json::array());
  }

  bool end_array() override {
    if (depth_ > 0) {
      --depth_;
    } else if (in_ids_) {
      in_ids_ = false;
    } else {
      in_list_ = false;
      if (!wrapper_.empty()) at_ = At::wrapper;
    }
    return true;
  }

  bool key(string_t &name) override {
    if (at_ == At::after_item || (at_ == At::wrapper && depth_ > 0)) return true;
    if (depth_ > 0) {
      const std::string plain = plain_name(name);
      if (nested_sequence.empty() && could_be_sequence(plain)) nested_sequence = key_ + "." + name;
      // Of {"person": {"id": …}}, the name is both together.
      if (nested_contact.empty() && (could_be_contact(plain) || could_be_contact(plain_name(key_) + plain)))
        nested_contact = key_ + "." + name;
      return true;
    }
    key_ = inside_ + name;
    if (at_ != At::wrapper && !keys_.insert(key_).second)
      return refuse("\"" + key_ + "\" appears twice in one row");
    return true;
  }

  bool parse_error(size_t, const std::string &, const Json::exception &) override {
    return refuse("is not valid JSON here");
  }

 private:
  enum class At { start, wrapper, outside, row, item, after_item };

  // The contact and the sequence themselves: {"contact": {"id": …}} has a column "contact.id".
  static bool is_flattened(const std::string &key) {
    const std::string plain = plain_name(key);
    return plain == "contact" || plain == "sequence";
  }

  bool is_cell() const { return depth_ == 0 && (at_ == At::row || at_ == At::item); }

  // Of several lists, each may be a row of its own, of which one id is a company's.
  void check_is_alone() {
    if (had_list_ && !in_list_) refuse("holds a list and something beside it");
  }

  bool enter(At at) {
    at_ = at;
    keys_.clear();
    return true;
  }

  bool start_nested(Json kept) {
    if (in_ids_) return refuse("\"contactIds\" holds something that is not an id");
    if (is_cell()) rows.back().cells.push_back({key_, std::move(kept)});
    ++depth_;
    return true;
  }

  bool scalar(Json value) {
    const uint32_t line = counter_.line();
    if (at_ == At::outside) {
      check_is_alone();
      // An id without quotes is a row of numbers to the parser.
      if (!in_list_ && !value.is_string()) refuse("is not valid JSON here");
      ids.push_back(std::move(value));
      id_lines.push_back(line);
    } else if (in_ids_) {
      rows.back().ids.push_back(std::move(value));
      rows.back().id_lines.push_back(line);
    } else if (is_cell()) {
      if (rows.back().cells.empty()) rows.back().line = line;
      rows.back().cells.push_back({key_, std::move(value)});
    }
    return true;
  }

  [[noreturn]] bool refuse(const std::string &text) {
    throw BadInput(name_ + ":" + std::to_string(counter_.line()) + ": " + text);
  }

  const std::string &name_;
  const std::string &wrapper_;
  LineCounter &counter_;
  At at_;
  std::string inside_{};  // what precedes the keys of the contact or sequence that is open
  bool in_list_ = false;
  bool had_list_ = false;
  bool in_ids_ = false;
  size_t depth_ = 0;  // inside values that are not read
  std::string key_;
  std::set<std::string> keys_;  // of the row
};

const Json *find(const Row &row, const std::string &name) {
  const auto cell =
      std::find_if(row.cells.begin(), row.cells.end(), [&](const Cell &c) { return c.name == name; });
  return cell == row.cells.end() ? nullptr : &cell->value;
}

// A value as a cell: null is an empty cell.
Json cell_value(const Row &row, const std::string &name) {
  const Json *value = find(row, name);
  return value == nullptr || value->is_null() ? Json("") : *value;
}

// As a sheet has it: 42 is "42". A number of which digits could have been lost stays one.
Json sequence_value(const Row &row, const std::string &name) {
  constexpr double largest = 9007199254740991;
  const Json value = cell_value(row, name);
  const double number = value.is_number() ? value.get<double>() : -1;
  const bool is_whole = number >= 0 && number <= largest && number == std::floor(number);
  return is_whole ? Json(std::to_string(static_cast<uint64_t>(number))) : value;
}

// null is empty.
std::string text_of(const Json &value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

}  // namespace

void read_json_rows(const InputText &input, const std::string &wrapper, const ColumnNames &columns,
                    const std::string &sequence, ContactList &list) {
  const uint32_t source = list.add_source(input.name);
  LineCounter counter(input.text);
  Reader reader(input.name, wrapper, counter);
  while (counter.skip_white()) {
    Json::sax_parse(counter.begin(), counter.end(), &reader, Json::input_format_t::json, false);
  }

  const auto is_removal = [](const Row &row) { return row.has_ids; };
  const auto removals =
      static_cast<size_t>(std::count_if(reader.rows.begin(), reader.rows.end(), is_removal));
  if ((!reader.rows.empty() && !reader.ids.empty()) || (removals > 0 && removals < reader.rows.size())) {
    throw BadInput(input.name +
                   ": holds entries of different kinds; use only rows, only removals or only ids");
  }
  if (!reader.ids.empty()) {
    if (sequence.empty()) {
      throw BadInput(
          input.name + ": is a list of contact ids; say with --sequence which sequence to remove them from",
          "no-sequence");
    }
    list.group(sequence, {source, 1});
    for (size_t i = 0; i < reader.ids.size(); ++i) {
      list.add(sequence, std::move(reader.ids[i]), {source, reader.id_lines[i]});
    }
    return;
  }
  if (removals > 0) {
    for (Row &row : reader.rows) {
      // A misspelt key may be the one of the sequence.
      for (const Cell &cell : row.cells) {
        if (cell.name == "sequenceId" || cell.name == "outcome" || cell.name == "error") continue;
        throw BadInput(input.name + ":" + std::to_string(row.line) + ": \"" + cell.name +
                       "\" is not a key of the action's input");
      }
      const Json of = removal_sequence(find(row, "sequenceId"), sequence, input.name, row.line);
      list.group(of, {source, row.line});
      for (size_t i = 0; i < row.ids.size(); ++i) {
        list.add(of, std::move(row.ids[i]), {source, row.id_lines[i]});
      }
    }
    return;
  }
  if (reader.rows.empty()) return;

  std::vector<std::string> header;
  std::map<std::string, size_t> known;
  for (const Row &row : reader.rows) {
    for (const Cell &cell : row.cells) {
      if (known.try_emplace(cell.name, header.size()).second) header.push_back(cell.name);
    }
  }
  ChosenColumns chosen = choose_columns(input.name, header, columns, sequence);
  if (!chosen.sequence && !reader.nested_sequence.empty()) {
    throw BadInput(input.name + ": its key \"" + reader.nested_sequence +
                       "\" could hold sequences, so --sequence is not used; move it beside the contact " +
                       "and read it with --columns sequence=NAME, or remove it from the file",
                   "sequence-column");
  }
  // "id" may be another thing's, such as that of an enrolment.
  const bool is_certain = contact_rank(plain_name(header[chosen.contact])) == NameRank::certain;
  if (!is_certain && columns.contact.empty() && !reader.nested_contact.empty()) {
    throw BadInput(input.name + ": its key \"" + header[chosen.contact] +
                       "\" may not be the contact's, since \"" + reader.nested_contact +
                       "\" is inside of a row; use --columns contact=" + header[chosen.contact] +
                       " if it is, or else move the latter beside it",
                   "ambiguous");
  }
  list.add_columns(source, header, chosen);
  if (!chosen.sequence) list.group(sequence, {source, 1});
  RowMarks marks(header, chosen, false);
  for (const Row &row : reader.rows) {
    std::vector<std::string> cells(header.size());
    for (const Cell &cell : row.cells) cells[known[cell.name]] = text_of(cell.value);
    marks.take(cells, row.line);
    const Place place{source, row.line};
    const Json of = chosen.sequence ? sequence_value(row, header[*chosen.sequence]) : Json(sequence);
    if (of.is_structured()) {
      throw BadInput(list.place_text(place) + ": the sequence id is an object or a list, not text");
    }
    for (NamelessColumn &column : chosen.nameless) {
      column.check(list.place_text(place), text_of(cell_value(row, header[column.index])));
    }
    list.add(of, cell_value(row, header[chosen.contact]), place);
  }
  marks.check(input.name);
}

}  // namespace skipcall::cli
