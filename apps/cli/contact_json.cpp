#include "contact_json.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "failure.hpp"
#include "line_counter.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

// Where in the document a parser's event belongs.
enum class At { start, document, removals, removal, contacts, options };

// The parser's events. There are many ids, so they go straight to the list and no document is built.
class Reader : public Json::json_sax_t {
 public:
  Reader(const std::string &name, uint32_t source, LineCounter &counter, ContactList &list)
      : name_(name), source_(source), counter_(counter), list_(list) {}

  bool null() override { return scalar(nullptr); }
  bool boolean(bool value) override { return scalar(value); }
  bool number_integer(number_integer_t value) override { return scalar(value); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(value); }
  bool number_float(number_float_t value, const string_t &) override { return scalar(value); }
  bool string(string_t &value) override { return scalar(std::move(value)); }
  bool binary(binary_t &) override { return refuse("holds binary data"); }

  bool start_object(size_t) override {
    if (at_ == At::start) return enter(At::document);
    if (at_ == At::removals) return enter(At::removal);
    if (at_ == At::document && key_ == "options") return enter(At::options);
    return refuse(where() + " cannot be an object");
  }

  bool end_object() override {
    if (at_ == At::options) {
      list_.set_options(std::move(options_), source_);
      at_ = At::document;
      keys_ = std::move(document_keys_);
      return true;
    }
    if (at_ == At::removal) {
      finish_removal();
      at_ = At::removals;
      return true;
    }
    if (has_removals_ && (sequence_ || has_contacts_)) return refuse_both();
    if (!has_removals_) finish_removal();
    return true;
  }

  bool start_array(size_t) override {
    if (at_ == At::document && key_ == "removals") {
      if (sequence_ || has_contacts_) return refuse_both();
      document_keys_ = std::move(keys_);
      at_ = At::removals;
      has_removals_ = true;
      return true;
    }
    if ((at_ == At::document || at_ == At::removal) && key_ == "contactIds") {
      outside_ = at_;
      at_ = At::contacts;
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
    if (at_ == At::removals) {
      at_ = At::document;
      keys_ = std::move(document_keys_);
    } else {
      at_ = outside_;
    }
    return true;
  }

  bool key(string_t &name) override {
    key_ = std::move(name);
    if (!keys_.insert(key_).second) return refuse(where() + " appears twice");
    if (at_ == At::options) return true;
    const bool both = key_ == "sequenceId" || key_ == "contactIds";
    const bool known = at_ == At::document ? both || key_ == "removals" || key_ == "options"
                                           : both || key_ == "outcome" || key_ == "error";
    if (!known && key_ == "remaining") {
      return refuse("is a whole result; only the value of its \"remaining\" can be passed in again");
    }
    return known || refuse(where() + " is not a key of the action's input");
  }

  bool parse_error(size_t, const std::string &, const Json::exception &) override {
    // The library's own message quotes the input, which may be ids.
    return refuse("is not valid JSON here");
  }

 private:
  bool scalar(Json value) {
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
    if (at == At::options) document_keys_ = std::move(keys_);
    at_ = at;
    keys_.clear();
    return true;
  }

  void finish_removal() {
    if (!sequence_) refuse("a removal has no \"sequenceId\"");
    if (!has_contacts_) refuse("a removal has no \"contactIds\"");
    list_.group(*sequence_, sequence_place_);
    for (size_t i = 0; i < contacts_.size(); ++i) {
      list_.add(*sequence_, std::move(contacts_[i]), places_[i]);
    }
    sequence_.reset();
    has_contacts_ = false;
    contacts_.clear();
    places_.clear();
  }

  std::string where() const { return "\"" + key_ + "\""; }

  bool refuse_both() {
    return refuse("holds \"removals\" and also a removal outside that list; use only one of them");
  }

  [[noreturn]] bool refuse(const std::string &text) {
    throw BadInput(name_ + ":" + std::to_string(counter_.line()) + ": " + text);
  }

  const std::string &name_;
  uint32_t source_;
  LineCounter &counter_;
  ContactList &list_;

  At at_ = At::start;
  At outside_ = At::start;  // what a list of contacts is in
  std::string key_;
  std::set<std::string> keys_;           // of the object being read
  std::set<std::string> document_keys_;  // of the document, while an object inside it is read
  bool has_removals_ = false;

  std::optional<Json> sequence_;  // of the removal being read
  Place sequence_place_;
  bool has_contacts_ = false;
  std::vector<Json> contacts_;
  std::vector<Place> places_;
  Json options_ = Json::object();
};

}  // namespace

void read_contact_json(const InputText &input, ContactList &list) {
  const uint32_t source = list.add_source(input.name);
  LineCounter counter(input.text);
  Reader reader(input.name, source, counter, list);
  Json::sax_parse(counter.begin(), counter.end(), &reader);
}

}  // namespace skipcall::cli
