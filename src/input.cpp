#include "input.hpp"

#include "json_reader.hpp"
#include "mask.hpp"
#include "plain_removals.hpp"
#include "target.hpp"

namespace skipcall {
namespace {

class InputReader final : public JsonHandler {
 public:
  InputReader(std::string_view document, Input &input)
      : in_(input), removals_(input.removals), size_(document.size()), unread_(size_) {}

  bool scalar(const Scalar &value) override { return take({Kind::scalar, &value, {}}); }
  bool string(std::string_view text) override {
    if (level_ == Level::contact_ids && skipped_depth_ == 0) return take_contact(text);
    return take({Kind::text, nullptr, text});
  }
  bool start_object() override { return take({Kind::object, nullptr, {}}); }
  bool start_array() override { return take({Kind::array, nullptr, {}}); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool key(std::string_view name) override;
  size_t more(std::string_view text) override;

 private:
  enum class Level : uint8_t { outside, root, removals, removal, contact_ids, options };
  enum class Member : uint8_t { unknown, sequence_id, contact_ids, removals, options, ignored, option };
  enum class Kind : uint8_t { scalar, text, object, array };

  struct Value {
    Kind kind;
    const Scalar *scalar;
    std::string_view text;
    bool is_container() const { return kind == Kind::object || kind == Kind::array; }
  };

  // One removal as it is being read, or the root in the short form.
  struct Removal {
    bool has_sequence = false, has_contacts = false;
    InvalidReason reason = InvalidReason::empty;
    Segment segment{Sequences::none, 0, 0};
    uint32_t next_contact = 0;
  };

  bool take(const Value &value);
  bool take_root(const Value &value);
  bool take_removal(const Value &value);
  bool take_sequence(const Value &value);
  bool take_contact(std::string_view text);
  bool take_bad_contact(const Value &value);
  bool take_option(const Value &value);
  bool start_contacts(const Value &value);
  bool end();
  bool end_removal();
  bool end_root();
  bool make_room();
  size_t take_plain(std::string_view text);

  bool skip(const Value &value) {
    if (value.is_container()) skipped_depth_ = 1;
    return true;
  }
  bool no_memory() {
    in_.out_of_memory = true;
    return false;
  }
  // Only the first problem is reported.
  template <class... Parts>
  bool problem(Parts... parts) {
    if (!in_.problem.empty()) return true;
    append_path();
    (append(parts), ...);
    return true;
  }
  void append(std::string_view text) { in_.problem.append(text); }
  void append(uint64_t number) { in_.problem.append_number(number); }
  void append_path();
  bool bad_id(InvalidReason reason);
  Member member_of(std::string_view name);

  Input &in_;
  Removals &removals_;
  size_t size_, unread_;  // bytes of the document, and those left, as far as more() has seen
  Level level_ = Level::outside;
  Member member_ = Member::unknown;
  const NumberOption *number_option_ = nullptr;  // with Member::option: null for onInvalid and dryRun
  bool is_dry_run_ = false;
  unsigned skipped_depth_ = 0;
  uint64_t seen_ = 0;  // bits of the members that the present object has had
  uint64_t root_seen_ = 0;
  bool in_removal_ = false;
  uint32_t removal_count_ = 0;
  Removal root_;
  Removal removal_;

  Removal &current() { return in_removal_ ? removal_ : root_; }
};

void InputReader::append_path() {
  if (in_removal_ || level_ == Level::removals) {
    append("removals[");
    append(removal_count_ - (in_removal_ ? 1u : 0u));
    append("]: ");
  } else if (level_ == Level::options) {
    append("options: ");
  }
}

InputReader::Member InputReader::member_of(std::string_view name) {
  if (level_ == Level::options) {
    number_option_ = nullptr;
    for (const NumberOption &option : number_options) {
      if (name == option.name) {
        number_option_ = &option;
        return Member::option;
      }
    }
    is_dry_run_ = name == "dryRun";
    return is_dry_run_ || name == "onInvalid" ? Member::option : Member::unknown;
  }
  if (name == "sequenceId") return Member::sequence_id;
  if (name == "contactIds") return Member::contact_ids;
  if (level_ == Level::root && name == "removals") return Member::removals;
  if (level_ == Level::root && name == "options") return Member::options;
  // A result's `remaining` has these beside the ids, and may be passed in again.
  if (level_ == Level::removal && (name == "outcome" || name == "error")) return Member::ignored;
  return Member::unknown;
}

bool InputReader::key(std::string_view name) {
  if (skipped_depth_ > 0) return true;
  member_ = member_of(name);
  if (member_ == Member::unknown) {
    if (in_.problem.empty()) {
      append_path();
      append("\"");
      append_masked(in_.problem, name, 40);
      append("\" is unknown. ");
      append(level_ == Level::options
                 ? "The options are concurrency, batchSize, maxAttempts, requestTimeoutMs, "
                   "maxStallMs, maxDurationMs, leaveRemaining, onInvalid and dryRun."
             : level_ == Level::removal
                 ? "A removal has sequenceId and contactIds."
                 : "The input has sequenceId and contactIds, or removals, and may have options.");
    }
    return true;
  }
  // Numbers the options after the members, so that one set of bits serves all objects.
  unsigned bit = static_cast<unsigned>(member_);
  if (member_ == Member::option) {
    bit = 8 + (number_option_ != nullptr ? static_cast<unsigned>(number_option_ - number_options) + 2
                                         : static_cast<unsigned>(is_dry_run_));
  }
  if (member_ == Member::ignored) return true;
  if ((seen_ >> bit & 1) != 0) return problem("\"", name, "\" appears twice.");
  seen_ |= uint64_t{1} << bit;
  return true;
}

// Makes room for one more id at least: for as many as the document holds if the rest is like what was read. Doubling,
// with a copy each time, would need far more at its peak.
bool InputReader::make_room() {
  Vec<ContactId> &ids = removals_.contacts;
  if (ids.room() != ids.room_end()) return true;
  const size_t read = size_ - unread_;
  const size_t most = ids.size() + unread_ / contact_id_quoted + 1;
  const uint64_t expected = read > 0 ? uint64_t{ids.size()} * size_ / read : 0;
  const uint64_t with_margin = expected + expected / 16 + 1024;
  return ids.reserve(with_margin < most ? static_cast<size_t>(with_margin) : most);
}

// Reads the next values of the list that can be read without the library; the others come one by one.
size_t InputReader::more(std::string_view text) {
  size_t taken = 0;
  while (skipped_depth_ == 0 && (level_ == Level::removals || level_ == Level::contact_ids)) {
    const size_t comma = text.find_first_not_of(" \t\n\r", taken);
    if (comma == text.npos || text[comma] != ',') break;
    unread_ = text.size() - taken;
    if (!make_room()) break;
    const size_t bytes = take_plain(text.substr(comma + 1));
    if (bytes == 0) break;
    taken = comma + 1 + bytes;
  }
  unread_ = text.size() - taken;
  return taken;
}

// Reads plain removals, good ids, or one string that is not a good id but has no escapes. Result: how many
// bytes.
size_t InputReader::take_plain(std::string_view text) {
  if (level_ == Level::removals) {
    const PlainRemovals plain = parse_plain_removals(text, removals_);
    removal_count_ += plain.removals;
    return plain.bytes;
  }
  const size_t before = removals_.contacts.size();
  const size_t bytes = parse_contact_ids(text, removals_.contacts);
  const auto taken = static_cast<uint32_t>(removals_.contacts.size() - before);
  removals_.requested += taken;
  current().next_contact += taken;
  current().segment.contacts += taken;
  if (bytes > 0 || text.empty() || text[0] != '"') return bytes;
  size_t end = 1;
  while (end < text.size() && static_cast<signed char>(text[end]) >= ' ' && text[end] != '"' &&
         text[end] != '\\')
    end++;
  if (end == text.size() || text[end] != '"' || !take_contact(text.substr(1, end - 1))) return 0;
  return end + 1;
}

bool InputReader::take(const Value &value) {
  if (skipped_depth_ > 0) {
    if (value.is_container()) skipped_depth_++;
    return true;
  }
  switch (level_) {
    case Level::outside:
      if (value.kind == Kind::object) {
        level_ = Level::root;
        return true;
      }
      problem("The input must be an object.");
      return skip(value);
    case Level::root:
      return take_root(value);
    case Level::removals:
      if (value.kind == Kind::object) {
        level_ = Level::removal;
        in_removal_ = true;
        removal_ = {};
        removal_count_++;
        root_seen_ = seen_;
        seen_ = 0;
        return true;
      }
      problem("It must be an object with sequenceId and contactIds.");
      removal_count_++;
      return skip(value);
    case Level::removal:
      return take_removal(value);
    case Level::contact_ids:
      return take_bad_contact(value);
    case Level::options:
      return take_option(value);
  }
  return true;
}

bool InputReader::take_root(const Value &value) {
  switch (member_) {
    case Member::removals:
      if (value.kind == Kind::array) {
        level_ = Level::removals;
        return true;
      }
      problem("removals must be a list.");
      return skip(value);
    case Member::options:
      if (value.kind == Kind::object) {
        level_ = Level::options;
        root_seen_ = seen_;
        seen_ = 0;
        return true;
      }
      problem("options must be an object.");
      return skip(value);
    default:
      return take_removal(value);
  }
}

bool InputReader::take_removal(const Value &value) {
  if (member_ == Member::sequence_id) return take_sequence(value);
  if (member_ == Member::contact_ids) return start_contacts(value);
  return skip(value);
}

bool InputReader::take_sequence(const Value &value) {
  Removal &removal = current();
  removal.has_sequence = true;
  if (value.kind != Kind::text) {
    removal.reason = InvalidReason::not_text;
    return skip(value);
  }
  const std::string_view id = trim_id(value.text);
  if (!is_sequence_id(id)) {
    removal.reason = id.empty() ? InvalidReason::empty : InvalidReason::bad_sequence_id;
    return true;
  }
  removal.segment.sequence = removals_.sequences.find_or_add(id);
  return removal.segment.sequence != Sequences::none || no_memory();
}

bool InputReader::start_contacts(const Value &value) {
  Removal &removal = current();
  if (removal.has_contacts) return skip(value);  // appears twice: the ids of a segment must be contiguous
  removal.has_contacts = true;
  if (value.kind != Kind::array) {
    problem("contactIds must be a list.");
    return skip(value);
  }
  removal.segment.first = static_cast<uint32_t>(removals_.contacts.size());
  level_ = Level::contact_ids;
  return true;
}

bool InputReader::bad_id(InvalidReason reason) {
  removals_.invalid++;
  const uint32_t removal = in_removal_ ? removal_count_ - 1 : 0;
  return removals_.invalid_ids.push({removal, current().next_contact - 1, 0, reason}) || no_memory();
}

bool InputReader::take_bad_contact(const Value &value) {
  removals_.requested++;
  current().next_contact++;
  return skip(value) && bad_id(InvalidReason::not_text);
}

bool InputReader::take_contact(std::string_view text) {
  removals_.requested++;
  current().next_contact++;
  text = trim_id(text);
  if (text.empty()) return bad_id(InvalidReason::empty);
  if (!make_room()) return no_memory();
  if (!parse_contact_id(text, removals_.contacts)) return bad_id(InvalidReason::not_a_uuid);
  current().segment.contacts++;
  return true;
}

bool InputReader::take_option(const Value &value) {
  Options &options = in_.options;
  if (member_ != Member::option) return skip(value);
  if (number_option_ != nullptr) {
    const NumberOption &option = *number_option_;
    const bool whole = value.kind == Kind::scalar && value.scalar->kind == Scalar::Kind::number &&
                       value.scalar->whole && value.scalar->number >= 0;
    const uint64_t number = whole ? static_cast<uint64_t>(value.scalar->number) : 0;
    if (!whole || number < option.at_least || number > option.at_most) {
      problem(option.name, " must be a whole number from ", option.at_least, " to ", option.at_most, ".");
      return skip(value);
    }
    options.*option.member = number;
    options.has_leave_remaining = options.has_leave_remaining || option.member == &Options::leave_remaining;
    return true;
  }
  if (is_dry_run_) {
    if (value.kind == Kind::scalar && value.scalar->kind == Scalar::Kind::boolean) {
      options.dry_run = value.scalar->truth;
      return true;
    }
    problem("dryRun must be true or false.");
    return skip(value);
  }
  if (value.kind == Kind::text && (value.text == "fail" || value.text == "skip")) {
    options.skip_invalid = value.text == "skip";
    return true;
  }
  problem("onInvalid must be \"fail\" or \"skip\".");
  return skip(value);
}

bool InputReader::end() {
  if (skipped_depth_ > 0) {
    skipped_depth_--;
    return true;
  }
  switch (level_) {
    case Level::contact_ids:
      level_ = in_removal_ ? Level::removal : Level::root;
      return true;
    case Level::removal:
      return end_removal();
    case Level::removals:
      level_ = Level::root;
      return true;
    case Level::options:
      level_ = Level::root;
      seen_ = root_seen_;
      return true;
    default:
      return end_root();
  }
}

bool InputReader::end_removal() {
  const Removal &removal = current();
  if (!removal.has_sequence) problem("sequenceId is missing.");
  if (!removal.has_contacts) problem("contactIds is missing.");
  if (removal.segment.sequence == Sequences::none) {
    removals_.invalid += removal.segment.contacts;
    const uint32_t index = in_removal_ ? removal_count_ - 1 : 0;
    // One that is missing makes its contacts invalid too.
    if (!removals_.invalid_ids.push(
            {index, InvalidId::sequence_id, removal.segment.contacts, removal.reason})) {
      return no_memory();
    }
  }
  if (removal.segment.contacts > 0 && !removals_.segments.push(removal.segment)) return no_memory();
  if (in_removal_) {
    in_removal_ = false;
    level_ = Level::removals;
    seen_ = root_seen_;
  }
  return true;
}

bool InputReader::end_root() {
  const bool short_form = root_.has_sequence || root_.has_contacts;
  const bool long_form = (seen_ >> static_cast<unsigned>(Member::removals) & 1) != 0;
  level_ = Level::outside;
  if (short_form == long_form) problem("Give either sequenceId and contactIds, or removals.");
  return short_form ? end_removal() : true;
}

void describe_fault(const JsonEnd &end, Text &problem) {
  problem.clear();
  switch (end.fault) {
    case JsonFault::not_utf8:
      problem.append("The input is not valid UTF-8");
      break;
    case JsonFault::too_deep:
      problem.append("The input is nested more than 64 levels deep");
      break;
    case JsonFault::token_too_long:
      problem.append("The input has a string or number longer than 128 KiB");
      break;
    default:
      problem.append("The input is not JSON");
      break;
  }
  if (end.offset > 0) {
    problem.append(" (at byte ");
    problem.append_number(end.offset);
    problem.append(")");
  }
  problem.append(".");
}

}  // namespace

void read_input(std::string_view document, uint64_t seed, Input &input) {
  if (!input.problem.reserve(512)) {
    input.out_of_memory = true;
    return;
  }
  InputReader reader(document, input);
  const JsonEnd end = read_json(document, reader);
  input.out_of_memory = input.out_of_memory || end.fault == JsonFault::out_of_memory;
  if (input.out_of_memory) return;
  if (end.fault != JsonFault::none) {
    // What was read of a broken document does not account for it.
    input.removals.clear();
    describe_fault(end, input.problem);
    return;
  }
  input.out_of_memory = !input.removals.group(seed);
}

}  // namespace skipcall
