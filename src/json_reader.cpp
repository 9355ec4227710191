#include "json_reader.hpp"

#include <cstdlib>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace skipcall {
namespace {

// A number with a point or an exponent. All that matters is that there was one, so 0 will do: as a double it
// could be infinite, which the library treats as an error.
#if defined(__wasm__)
using Fraction = double;  // wasm_libc.cpp reads each as 0
#else
struct Fraction {
  Fraction() = default;
  Fraction(double number) : read(number) {}
  double read;
  operator double &() { return read; }
  operator double() const { return 0; }
};
#endif
using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool, int64_t, uint64_t, Fraction>;

// How far the library has read. It is kept outside the iterators, so that the reader can step over what its
// handler has consumed.
struct Cursor {
  const char *at;
  const char *end;
  bool has_ended = false;  // more was asked for than there is
};

class CursorIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = ptrdiff_t;
  using pointer = const char *;
  using reference = char;

  explicit CursorIterator(Cursor &cursor) : cursor_(&cursor) {}
  char operator*() const { return *cursor_->at; }
  CursorIterator &operator++() {
    cursor_->at++;
    return *this;
  }
  // Each is compared only with the end.
  bool operator!=(const CursorIterator &) const {
    cursor_->has_ended = cursor_->at == cursor_->end;
    return !cursor_->has_ended;
  }

 private:
  Cursor *cursor_;
};

// Forwards the library's events. Its members have the library's names.
class Events {
 public:
  Events(Cursor &cursor, JsonHandler &handler) : cursor_(cursor), handler_(handler) {}

  JsonFault fault() const { return fault_; }

  bool null() { return handled(handler_.scalar({Scalar::Kind::null, false, false, 0})); }
  bool boolean(bool truth) { return handled(handler_.scalar({Scalar::Kind::boolean, truth, false, 0})); }
  bool number_integer(int64_t number) { return take_number(true, number); }
  bool number_unsigned(uint64_t number) {
    return take_number(number <= INT64_MAX, static_cast<int64_t>(number));
  }
  bool number_float(const Fraction &, const std::string &) { return take_number(false, 0); }
  bool string(const std::string &text) { return handled(handler_.string(text)) && take_more(); }
  bool key(const std::string &name) { return handled(handler_.key(name)); }
  bool start_object(size_t) { return deeper(true) && handled(handler_.start_object()); }
  bool start_array(size_t) { return deeper(false) && handled(handler_.start_array()); }
  bool end_object() {
    depth_--;
    return handled(handler_.end_object()) && take_more();
  }
  bool end_array() {
    depth_--;
    return handled(handler_.end_array()) && take_more();
  }
  bool binary(Json::binary_t &) { return false; }  // JSON has none
  bool parse_error(size_t, const std::string &, const Json::exception &error) {
    std::string_view message = error.what();
    message = message.substr(0, message.find("; last read"));  // what follows is the document's
    const bool is_bad_text =
        message.find("UTF-8") != message.npos || message.find("surrogate") != message.npos;
    fault_ = is_bad_text ? JsonFault::not_utf8 : JsonFault::syntax;
    return false;
  }

 private:
  using Scalar = JsonHandler::Scalar;

  // Lets the handler consume more values of a list. After the three events that call this, the library has
  // read no further than the value itself.
  bool take_more() {
    const bool in_list = depth_ > 0 && (objects_ >> (depth_ - 1) & 1) == 0;
    if (in_list) cursor_.at += handler_.more({cursor_.at, static_cast<size_t>(cursor_.end - cursor_.at)});
    return true;
  }
  bool take_number(bool whole, int64_t number) {
    return handled(handler_.scalar({Scalar::Kind::number, false, whole, whole ? number : 0}));
  }
  bool deeper(bool object) {
    if (depth_ == json_depth_at_most) {
      fault_ = JsonFault::too_deep;
      return false;
    }
    objects_ = (objects_ & ~(uint64_t{1} << depth_)) | uint64_t{object} << depth_;
    depth_++;
    return true;
  }
  bool handled(bool go_on) {
    if (!go_on) fault_ = JsonFault::stopped;
    return go_on;
  }

  Cursor &cursor_;
  JsonHandler &handler_;
  JsonFault fault_ = JsonFault::none;
  unsigned depth_ = 0;
  uint64_t objects_ = 0;  // a bit per level: whether it is an object
};
static_assert(json_depth_at_most <= 64);

// Whether some token is longer than allowed. A quotation mark without a backslash before it always bounds a
// string, so a document with one in each 64 KiB has no such token, and searching backwards from the end of
// each 64 KiB reads next to nothing. Only other documents are searched byte by byte.
bool has_long_token(std::string_view text) {
  constexpr size_t stride = json_token_at_most / 2;
  size_t from = 0;
  while (text.size() - from > stride) {
    size_t at = from + stride;
    while (at > from && !(text[at] == '"' && text[at - 1] != '\\')) at--;
    if (at == from) break;
    from = at;
  }
  if (text.size() - from <= stride) return false;

  bool in_string = false;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); i++) {
    if (i - start > json_token_at_most) return true;
    if (in_string) {
      if (text[i] == '\\') {
        i++;
      } else if (text[i] == '"') {
        in_string = false;
        start = i + 1;
      }
    } else if (text[i] == '"') {
      in_string = true;
      start = i;
    } else if (std::string_view(" \t\r\n,:[]{}").find(text[i]) != std::string_view::npos) {
      start = i + 1;
    }
  }
  return text.size() - start > json_token_at_most;
}

// The parser's own buffers cannot fail softly. With bounded tokens they need less than this; it is allocated
// and freed at once, so that it is there for them.
bool has_headroom(size_t text_size) {
  const size_t token = text_size < json_token_at_most ? text_size : json_token_at_most;
  // volatile: a compiler may leave out a malloc whose block is only freed, and treat it as successful.
  void *volatile room = std::malloc(8 * token + 8192);
  std::free(room);
  return room != nullptr;
}

}  // namespace

JsonEnd read_json(std::string_view text, JsonHandler &handler) {
  if (has_long_token(text)) return {JsonFault::token_too_long, 0};
  if (!has_headroom(text.size())) return {JsonFault::out_of_memory, 0};
  Cursor cursor{text.data(), text.data() + text.size()};
  Events events(cursor, handler);
  const bool good = Json::sax_parse(CursorIterator(cursor), CursorIterator(cursor), &events);
  // The library treats a NUL as the end.
  const bool at_nul = good && !cursor.has_ended;
  const size_t offset = static_cast<size_t>(cursor.at - text.data()) + (cursor.has_ended ? 1 : 0);
  return {at_nul ? JsonFault::syntax : events.fault(), offset};
}

}  // namespace skipcall
