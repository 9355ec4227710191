#include "json_reader.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace skipcall {
namespace {

using Lexer = nlohmann::detail::lexer<nlohmann::json, nlohmann::detail::iterator_input_adapter<const char *>>;
using Token = Lexer::token_type;

// The grammar over nlohmann/json's lexer; it recurses at most once a level. The library's own parser would do
// the same, but builds an exception and its text for each error, which is a third of what a module may weigh
// (docs/RATIONALE.md).
class Parser {
 public:
  Parser(std::string_view text, JsonHandler &handler)
      : lexer_(nlohmann::detail::input_adapter(text.data(), text.data() + text.size())),
        size_(text.size()),
        handler_(handler) {}

  JsonEnd parse() {
    bool good = value(lexer_.scan());
    while (good && depth_ > 0) good = after_value();
    // The lexer takes a NUL for the end of its input.
    const bool at_end = good && lexer_.scan() == Token::end_of_input && offset() > size_;
    if (good && !at_end) fault_ = JsonFault::syntax;
    return {fault_, offset()};
  }

 private:
  using Scalar = JsonHandler::Scalar;

  size_t offset() const { return lexer_.get_position().chars_read_total; }

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
        return number(true, lexer_.get_number_integer());
      case Token::value_unsigned: {
        const uint64_t number = lexer_.get_number_unsigned();
        return this->number(number <= INT64_MAX, static_cast<int64_t>(number));
      }
      case Token::value_float:
        return number(false, 0);
      case Token::value_string:
        return handled(handler_.string(lexer_.get_string()));
      case Token::begin_object: {
        if (!deeper(true) || !handled(handler_.start_object())) return false;
        const Token next = lexer_.scan();
        return next == Token::end_object ? leave(true) : member(next);
      }
      case Token::begin_array: {
        if (!deeper(false) || !handled(handler_.start_array())) return false;
        const Token next = lexer_.scan();
        return next == Token::end_array ? leave(false) : value(next);
      }
      default:
        return unexpected();
    }
  }

  // What may follow a value inside of an object or an array: its end, or a comma and the next one.
  bool after_value() {
    const bool in_object = (objects_ >> (depth_ - 1) & 1) != 0;
    const Token token = lexer_.scan();
    if (token == (in_object ? Token::end_object : Token::end_array)) return leave(in_object);
    if (token != Token::value_separator) return unexpected();
    const Token next = lexer_.scan();
    return in_object ? member(next) : value(next);
  }

  bool member(Token token) {
    if (token != Token::value_string) return unexpected();
    if (!handled(handler_.key(lexer_.get_string()))) return false;
    return lexer_.scan() == Token::name_separator ? value(lexer_.scan()) : unexpected();
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
  // The lexer's messages quote nothing of the input; only their kind is kept.
  bool unexpected() {
    const std::string_view message = lexer_.get_error_message();
    const bool bad_text = message.find("UTF-8") != message.npos || message.find("surrogate") != message.npos;
    fault_ = bad_text ? JsonFault::not_utf8 : JsonFault::syntax;
    return false;
  }

  Lexer lexer_;
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
  // volatile: a compiler may leave out a malloc whose block is only freed, and take it for one that succeeded.
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
