#include "json_outline.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "column_names.hpp"
#include "contact_tables.hpp"
#include "failure.hpp"
#include "line_counter.hpp"
#include "row_marks.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

bool is_wrapper(const std::string &plain) {
  const auto names = tables::wrappers();
  return std::find(names.begin(), names.end(), plain) != names.end();
}

// The parser's events for one value, to its end.
class Reader : public Json::json_sax_t {
 public:
  bool is_own = false;      // it has a key of the action's own form
  bool is_row = false;      // or one of a row
  bool is_contact = false;  // or a certain one of contacts
  std::string list;         // the key of a list of objects that may be the rows
  std::string beside;       // the first key that rules that out

  bool null() override { return take(false); }
  bool boolean(bool) override { return take(false); }
  bool number_integer(number_integer_t) override { return take(false); }
  bool number_unsigned(number_unsigned_t) override { return take(false); }
  bool number_float(number_float_t, const string_t &) override { return take(false); }
  bool string(string_t &) override { return take(false); }
  bool binary(binary_t &) override { return take(false); }

  bool start_object(size_t) override {
    take(true);
    ++depth_;
    return true;
  }

  bool end_object() override {
    --depth_;
    return true;
  }

  bool start_array(size_t) override {
    take(false);
    is_first_ = ++depth_ == 2;
    return true;
  }

  bool end_array() override {
    is_first_ = false;
    if (--depth_ == 1) in_list_ = false;
    return true;
  }

  bool key(string_t &name) override {
    if (in_list_) return true;
    const std::string plain = plain_name(name);
    bool is_known = could_be_sequence(plain) || could_be_contact(plain);
    if (depth_ == 1) {
      key_ = name;
      is_own = is_own || name == "contactIds" || name == "removals" || name == "remaining";
      is_row = is_row || is_column_name(name) || name == "json";
      is_contact = is_contact || contact_rank(plain) == NameRank::certain;
      const bool is_repeated = !keys_.insert(name).second;
      is_known =
          is_repeated || (!is_wrapper(plain) && (is_known || is_column_name(name) || says_which_rows(plain)));
    }
    if (is_known && beside.empty()) beside = name;
    return true;
  }

  bool parse_error(size_t, const std::string &, const Json::exception &) override { return false; }

 private:
  // A value begins. The first one of a list tells what the list is; an empty one is nothing.
  bool take(bool is_object) {
    if (!is_first_) return true;
    is_first_ = false;
    if (is_object && list.empty() && is_wrapper(plain_name(key_))) {
      list = key_;
      in_list_ = true;
    } else if (beside.empty()) {
      beside = key_;
    }
    return true;
  }

  int depth_ = 0;
  bool is_first_ = false;  // the next value is the first one of a list inside the object
  bool in_list_ = false;
  std::string key_;             // of the object itself
  std::set<std::string> keys_;  // all of them
};

}  // namespace

JsonOutline json_outline(const InputText &input) {
  LineCounter counter(input.text);
  if (!counter.skip_white()) return {};
  if (*counter.begin() == '[') return {true, ""};
  Reader first;
  if (!Json::sax_parse(counter.begin(), counter.end(), &first, Json::input_format_t::json, false)) return {};
  if (counter.skip_white()) return {true, ""};
  if (first.is_own || first.is_contact || first.list.empty()) return {!first.is_own && first.is_row, ""};
  if (first.beside.empty()) return {true, first.list};
  throw BadInput(input.name + ": \"" + first.beside + "\" is beside the list \"" + first.list +
                     "\" and could say which contacts are meant, or of which sequence; give the list alone",
                 "ambiguous");
}

}  // namespace skipcall::cli
