#include "json_reader.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace skipcall {
namespace {

// The input, as the lexer and the Scanner read it by turns.
struct Cursor {
  const char *at;
  const char *end;
};

class CursorAdapter {
 public:
  using char_type = char;
  explicit CursorAdapter(Cursor &cursor) : cursor_(&cursor) {}
  std::char_traits<char>::int_type get_character() {
    if (cursor_->at == cursor_->end) return std::char_traits<char>::eof();
    return std::char_traits<char>::to_int_type(*cursor_->at++);
  }

 private:
  Cursor *cursor_;
};

using Lexer = nlohmann::detail::lexer<nlohmann::json, CursorAdapter>;
using Token = Lexer::token_type;

// Where the text stops being plain: at a quotation mark, a backslash, a control character or a byte over
// 0x7f.
const char *end_of_plain(const char *at, const char *end) {
  while (at != end && static_cast<signed char>(*at) >= 0x20 && *at != '"' && *at != '\\') at++;
  return at;
}

// Tokens by nlohmann/json's lexer, but for the two that an input consists of: punctuation, and texts that
// mean what they look like. These are lent from the input as they stand; the lexer copies each byte twice.
class Scanner {
 public:
  explicit Scanner(std::string_view text)
      : cursor_{text.data(), text.data() + text.size()}, lexer_(CursorAdapter(cursor_)) {}

  Token scan() {
    const Token plain = lexer_is_ahead_ ? Token::uninitialized : scan_plain();
    if (plain != Token::uninitialized) return plain;
    const Token token = lexer_.scan();
    if (token == Token::value_string) text_ = lexer_.get_string();
    // It has seen the end of a number only by the byte behind it, which it keeps.
    lexer_is_ahead_ =
        token == Token::value_unsigned || token == Token::value_integer || token == Token::value_float;
    return token;
  }

  // The text from here on; empty where the lexer has read ahead.
  std::string_view rest() const {
    return lexer_is_ahead_ ? std::string_view()
                           : std::string_view(cursor_.at, static_cast<size_t>(cursor_.end - cursor_.at));
  }
  void skip(size_t bytes) {
    plain_bytes_ += bytes;
    cursor_.at += bytes;
  }

  // Of the last value_string. Lent until the next scan.
  std::string_view text() const { return text_; }
  int64_t integer() const { return lexer_.get_number_integer(); }
  uint64_t unsigned_integer() const { return lexer_.get_number_unsigned(); }
  // Bytes read; with the end of the input, one more than there are.
  size_t offset() const { return lexer_.get_position().chars_read_total + plain_bytes_; }
  // Whether the lexer has found bytes that are not UTF-8. Its messages quote nothing of the input.
  bool saw_bad_text() const {
    const std::string_view message = lexer_.get_error_message();
    return message.find("UTF-8") != message.npos || message.find("surrogate") != message.npos;
  }

 private:
  // uninitialized: the lexer has to look.
  Token scan_plain() {
    const char *at = cursor_.at;
    while (at != cursor_.end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
    if (at == cursor_.end) return Token::uninitialized;
    switch (*at) {
      case '"': {
        const char *end = end_of_plain(at + 1, cursor_.end);
        if (end == cursor_.end || *end != '"') return Token::uninitialized;
        text_ = {at + 1, static_cast<size_t>(end - at - 1)};
        return take(end + 1, Token::value_string);
      }
      case ',':
        return take(at + 1, Token::value_separator);
      case ':':
        return take(at + 1, Token::name_separator);
      case '[':
        return take(at + 1, Token::begin_array);
      case ']':
        return take(at + 1, Token::end_array);
      case '{':
        return take(at + 1, Token::begin_object);
      case '}':
        return take(at + 1, Token::end_object);
      default:
        return Token::uninitialized;
    }
  }
  Token take(const char *to, Token token) {
    skip(static_cast<size_t>(to - cursor_.at));
    return token;
  }

  Cursor cursor_;
  Lexer lexer_;
  bool lexer_is_ahead_ = true;  // it begins: a byte order mark is its business
  size_t plain_bytes_ = 0;
  std::string_view text_;
};

// The grammar; it recurses at most once a level. The library's own parser would do the same, but builds an
// exception and its text for each error, which is a third of what a module may weigh (docs/RATIONALE.md).
class Parser {
 public:
  Parser(std::string_view text, JsonHandler &handler)
      : scanner_(text), size_(text.size()), handler_(handler) {}

  JsonEnd parse() {
    bool good = value(scanner_.scan());
    while (good && depth_ > 0) good = after_value();
    // The lexer takes a NUL for the end of its input.
    const bool at_end = good && scanner_.scan() == Token::end_of_input && offset() > size_;
    if (good && !at_end) fault_ = JsonFault::syntax;
    return {fault_, offset()};
  }

 private:
  using Scalar = JsonHandler::Scalar;

  size_t offset() const { return scanner_.offset(); }

  // Takes a value, or the beginning of one. False: the end, and fault_ says why.
  bool value(Token token) {
    switch (token) {
      case Token::literal_null:
        return handled(handler_.scalar({Scalar::Kind::null, false, false, 0}));
      case Token::literal_true:
        return handled(handler_.scalar({Scalar::Kind::boolean, true, false, 0}));
      case Token::literal_false:
        return handled(handler_.scalar({Scalar::Kind::boolean, false, false, 0}));
      case Token::value_integer:
        return number(true, scanner_.integer());
      case Token::value_unsigned: {
        const uint64_t number = scanner_.unsigned_integer();
        return this->number(number <= INT64_MAX, static_cast<int64_t>(number));
      }
      case Token::value_float:
        return number(false, 0);
      case Token::value_string:
        return handled(handler_.string(scanner_.text()));
      case Token::begin_object: {
        if (!deeper(true) || !handled(handler_.start_object())) return false;
        const Token next = scanner_.scan();
        return next == Token::end_object ? leave(true) : member(next);
      }
      case Token::begin_array: {
        if (!deeper(false) || !handled(handler_.start_array())) return false;
        if (takes_values()) return true;
        const Token next = scanner_.scan();
        return next == Token::end_array ? leave(false) : value(next);
      }
      default:
        return unexpected();
    }
  }

  // What may follow a value inside of an object or an array: its end, or a comma and the next one.
  bool after_value() {
    const bool in_object = (objects_ >> (depth_ - 1) & 1) != 0;
    const Token token = scanner_.scan();
    if (token == (in_object ? Token::end_object : Token::end_array)) return leave(in_object);
    if (token != Token::value_separator) return unexpected();
    if (!in_object && takes_values()) return true;
    const Token next = scanner_.scan();
    return in_object ? member(next) : value(next);
  }

  // Lets the handler take values of a list. True: it did.
  bool takes_values() {
    const size_t bytes = handler_.values(scanner_.rest());
    scanner_.skip(bytes);
    return bytes > 0;
  }

  bool member(Token token) {
    if (token != Token::value_string) return unexpected();
    if (!handled(handler_.key(scanner_.text()))) return false;
    return scanner_.scan() == Token::name_separator ? value(scanner_.scan()) : unexpected();
  }

  bool number(bool whole, int64_t number) {
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
  bool leave(bool object) {
    depth_--;
    return handled(object ? handler_.end_object() : handler_.end_array());
  }
  bool handled(bool go_on) {
    if (!go_on) fault_ = JsonFault::stopped;
    return go_on;
  }
  bool unexpected() {
    fault_ = scanner_.saw_bad_text() ? JsonFault::not_utf8 : JsonFault::syntax;
    return false;
  }

  Scanner scanner_;
  size_t size_;
  JsonHandler &handler_;
  JsonFault fault_ = JsonFault::none;
  unsigned depth_ = 0;
  uint64_t objects_ = 0;  // a bit a level: it is an object
};
static_assert(json_depth_at_most <= 64);

// Whether some token is longer than allowed. A quotation mark without a backslash before it always bounds a
// string, so a text with one in each 64 KiB has no longer token, and looking backwards from the end of each
// 64 KiB reads next to nothing. Only a text that is not of this kind is looked at byte by byte.
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

// The parser's own buffers cannot fail softly. With tokens bounded they need less than this; it is asked for
// and given back at once, so that they find it.
bool has_headroom(size_t text_size) {
  const size_t token = text_size < json_token_at_most ? text_size : json_token_at_most;
  // volatile: a compiler may leave out a malloc whose block is only freed, and take it for one that
  // succeeded.
  void *volatile room = std::malloc(8 * token + 8192);
  std::free(room);
  return room != nullptr;
}

}  // namespace

JsonEnd read_json(std::string_view text, JsonHandler &handler) {
  if (has_long_token(text)) return {JsonFault::token_too_long, 0};
  if (!has_headroom(text.size())) return {JsonFault::out_of_memory, 0};
  return Parser(text, handler).parse();
}

}  // namespace skipcall
