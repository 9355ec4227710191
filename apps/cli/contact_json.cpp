#include "contact_json.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "failure.hpp"
#include "line_counter.hpp"
#include "removal_sequence.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

// Where in the document a parser's event belongs.
enum class At { start, document, remaining, removals, removal, contacts, options };

// The parser's events. There are many ids, so they go straight to the list and no document is built.
class Reader : public Json::json_sax_t {
 public:
  Reader(const std::string &name, uint32_t source, LineCounter &counter, const std::string &given,
         ContactList &list)
      : name_(name), source_(source), counter_(counter), given_(given), list_(list) {}

  bool null() override { return scalar(nullptr); }
  bool boolean(bool value) override { return scalar(value); }
  bool number_integer(number_integer_t value) override { return scalar(value); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(value); }
  bool number_float(number_float_t value, const string_t &) override { return scalar(value); }
  bool string(string_t &value) override { return scalar(std::move(value)); }
  bool binary(binary_t &) override { return refuse("holds binary data"); }

  bool start_object(size_t) override {
    if (skip()) return true;
    if (at_ == At::start) return enter(At::document);
    if (at_ == At::removals) return enter(At::removal);
    if (at_ == At::document && key_ == "options") return enter(At::options);
    if (at_ == At::document && key_ == "remaining") return enter(At::remaining);
    return refuse(where() + " cannot be an object");
  }

  bool end_object() override {
    if (depth_ > 0) {
      --depth_;
      return true;
    }
    const At ended = std::exchange(at_, around_.back());
    around_.pop_back();
    keys_.pop_back();
    if (ended == At::options) list_.set_options(std::move(options_), source_);
    if (ended == At::removal) finish_removal();
    if (ended == At::document) finish_document();
    return true;
  }

  bool start_array(size_t) override {
    if (skip()) return true;
    if ((at_ == At::document || at_ == At::remaining) && key_ == "removals") {
      if (sequence_ || has_contacts_) return refuse_both();
      (at_ == At::document ? has_removals_ : is_result_) = true;
      around_.push_back(std::exchange(at_, At::removals));
      return true;
    }
    if ((at_ == At::document || at_ == At::removal) && key_ == "contactIds") {
      around_.push_back(std::exchange(at_, At::contacts));
      has_contacts_ = true;
      return true;
    }
    if (at_ == At::start) {
      return refuse(
          "is a list; the form is {\"sequenceId\": \"…\", \"contactIds\": […]} or {\"removals\": […]}");
    }
    return refuse(where() + " cannot be a list");
  }

  bool end_array() override {
    if (depth_ > 0) {
      --depth_;
      return true;
    }
    at_ = around_.back();
    around_.pop_back();
    return true;
  }

  bool key(string_t &name) override {
    if (depth_ > 0) return true;
    key_ = std::move(name);
    if (!keys_.back().insert(key_).second) return refuse(where() + " appears twice");
    if (at_ == At::options) return true;
    const bool both = key_ == "sequenceId" || key_ == "contactIds";
    const bool known = at_ == At::document
                           ? both || key_ == "removals" || key_ == "options" || key_ == "remaining"
                       : at_ == At::remaining ? key_ == "removals"
                                              : both || key_ == "outcome" || key_ == "error";
    is_skipped_ = !known && at_ == At::document;
    if (known) return true;
    const std::string text = where() + " is not a key of the action's input";
    if (!is_skipped_) return refuse(text);
    const bool is_of_removal = key_ == "outcome" || key_ == "error";
    if (!is_of_removal && unknown_.empty()) unknown_ = at_line(text);
    return true;
  }

  bool parse_error(size_t, const std::string &, const Json::exception &) override {
    // The library's own message quotes the input, which may be ids.
    return refuse("is not valid JSON here");
  }

 private:
  // Begins to pass over a value that is not read, or goes on with it.
  bool skip() {
    if (depth_ == 0 && !(at_ == At::document && is_skipped_)) return false;
    ++depth_;
    return true;
  }

  bool scalar(Json value) {
    if (depth_ > 0 || (at_ == At::document && is_skipped_)) return true;
    const Place place{source_, counter_.line()};
    if (at_ == At::contacts) {
      contacts_.push_back(std::move(value));
      places_.push_back(place);
      return true;
    }
    if (at_ == At::options) {
      options_[key_] = std::move(value);
      return true;
    }
    if ((at_ == At::document || at_ == At::removal) && key_ == "sequenceId") {
      sequence_ = std::move(value);
      sequence_place_ = place;
      return true;
    }
    if (at_ == At::removal && key_ != "contactIds") return true;  // outcome, error
    if (at_ == At::start || at_ == At::removals) return refuse("holds a value where an object belongs");
    return refuse(where() + (key_ == "options" ? " must be an object" : " must be a list"));
  }

  bool enter(At at) {
    around_.push_back(std::exchange(at_, at));
    keys_.emplace_back();
    return true;
  }

  // A result has other keys, too; what is left of it is read.
  void finish_document() {
    if (is_result_ + has_removals_ + (sequence_ || has_contacts_) > 1) refuse_both();
    if (!unknown_.empty() && !is_result_) throw BadInput(unknown_);
    if (!has_removals_ && !is_result_) finish_removal();
  }

  void finish_removal() {
    const Json sequence = removal_sequence(sequence_ ? &*sequence_ : nullptr, given_, name_, counter_.line());
    if (!has_contacts_) refuse("a removal has no \"contactIds\"");
    list_.group(sequence, sequence_place_);
    for (size_t i = 0; i < contacts_.size(); ++i) list_.add(sequence, std::move(contacts_[i]), places_[i]);
    sequence_.reset();
    has_contacts_ = false;
    contacts_.clear();
    places_.clear();
  }

  std::string where() const { return "\"" + key_ + "\""; }

  bool refuse_both() {
    return refuse("holds a list of removals and also a removal outside of it; use only one of them");
  }

  std::string at_line(const std::string &text) {
    return name_ + ":" + std::to_string(counter_.line()) + ": " + text;
  }

  [[noreturn]] bool refuse(const std::string &text) { throw BadInput(at_line(text)); }

  const std::string &name_;
  uint32_t source_;
  LineCounter &counter_;
  const std::string &given_;  // the sequence of removals that name none
  ContactList &list_;

  At at_ = At::start;
  std::vector<At> around_;  // what that is in
  std::string key_;
  std::vector<std::set<std::string>> keys_;  // of the objects that are open
  bool has_removals_ = false;
  bool is_result_ = false;   // it has what remained of a run
  bool is_skipped_ = false;  // the key is not of an input
  size_t depth_ = 0;         // inside a value that is not read
  std::string unknown_;      // why the first such key is refused, unless it is a result's

  std::optional<Json> sequence_;  // of the removal being read
  Place sequence_place_;
  bool has_contacts_ = false;
  std::vector<Json> contacts_;
  std::vector<Place> places_;
  Json options_ = Json::object();
};

}  // namespace

void read_contact_json(const InputText &input, const std::string &sequence, ContactList &list) {
  const uint32_t source = list.add_source(input.name);
  LineCounter counter(input.text);
  Reader reader(input.name, source, counter, sequence, list);
  Json::sax_parse(counter.begin(), counter.end(), &reader);
}

}  // namespace skipcall::cli
