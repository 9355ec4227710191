#include "plain_removals.hpp"

#include <cstring>

#include "target.hpp"

namespace skipcall {
namespace {

constexpr size_t removal_at_most = 512;  // bytes of one: about ten ids

// The text of one removal, read from its beginning. take() steps over what it looks for, and over the white
// space after it (RFC 8259, section 2).
class Reader {
 public:
  Reader(std::string_view text, Vec<ContactId> &ids) : at_(text.data()), end_(at_ + text.size()), ids_(ids) {
    skip_blanks();
  }

  // Reads all of it. If one of the two members appears twice, the other stays empty.
  bool take_removal() { return take('{') && take_member() && take(',') && take_member() && take('}'); }

  const char *at() const { return at_; }
  std::string_view sequence() const { return sequence_; }
  bool is_sequence_ascii() const { return is_sequence_ascii_; }

 private:
  bool take_member() {
    if (take("\"sequenceId\"")) return take(':') && take_sequence();
    return take("\"contactIds\"") && take(':') && take('[') && take_ids() && take(']');
  }
  // A string without escapes; whether it is UTF-8 is checked later.
  bool take_sequence() {
    if (at_ == end_ || *at_ != '"') return false;
    const char *const start = ++at_;
    unsigned char bits = 0;
    while (at_ != end_ && static_cast<unsigned char>(*at_) >= ' ' && *at_ != '\\' && *at_ != '"') {
      bits |= static_cast<unsigned char>(*at_++);
    }
    sequence_ = {start, static_cast<size_t>(at_ - start)};
    is_sequence_ascii_ = bits < 0x80;
    return take('"');
  }
  bool take_ids() {
    const size_t bytes = parse_contact_ids({at_, left()}, ids_);
    at_ += bytes;
    skip_blanks();
    return bytes > 0;
  }
  bool take(char token) {
    if (at_ == end_ || *at_ != token) return false;
    at_++;
    skip_blanks();
    return true;
  }
  template <size_t size>
  bool take(const char (&token)[size]) {
    if (left() < size - 1 || std::memcmp(at_, token, size - 1) != 0) return false;
    at_ += size - 1;
    skip_blanks();
    return true;
  }
  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) at_++;
  }
  size_t left() const { return static_cast<size_t>(end_ - at_); }

  const char *at_, *end_;
  std::string_view sequence_;
  bool is_sequence_ascii_ = true;
  Vec<ContactId> &ids_;
};

// The number of the sequence with this id. none: the id needs a closer look, or there is no memory. An id that
// was accepted before is good; so is a new one in ASCII with no blanks around it.
uint32_t number_of(const Reader &reader, Sequences &sequences) {
  const std::string_view id = reader.sequence();
  if (!reader.is_sequence_ascii()) return sequences.find(id);
  const bool is_good = is_sequence_id(id) && id.front() != ' ' && id.back() != ' ';
  return is_good ? sequences.find_or_add(id) : Sequences::none;
}

// Reads the removal that `text` begins with. Result: its length in bytes; 0: it must be read another way.
size_t parse_removal(std::string_view text, Removals &removals) {
  const auto first = static_cast<uint32_t>(removals.contacts.size());
  Reader reader(text, removals.contacts);
  if (reader.take_removal()) {
    const auto contacts = static_cast<uint32_t>(removals.contacts.size()) - first;
    const uint32_t number = contacts > 0 ? number_of(reader, removals.sequences) : Sequences::none;
    if (number != Sequences::none && removals.segments.push({number, first, contacts})) {
      removals.requested += contacts;
      return static_cast<size_t>(reader.at() - text.data());
    }
  }
  removals.contacts.truncate(first);
  return 0;
}

}  // namespace

PlainRemovals parse_plain_removals(std::string_view text, Removals &removals) {
  PlainRemovals read{0, 0};
  for (size_t at = 0; const size_t bytes = parse_removal(text.substr(at, removal_at_most), removals); at++) {
    read.bytes = at += bytes;
    read.removals++;
    if (at == text.size() || text[at] != ',') break;
  }
  return read;
}

}  // namespace skipcall
