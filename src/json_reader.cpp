#include "json_reader.hpp"

#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

namespace skipcall {
namespace {

using Json = nlohmann::json;

class Adapter final {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  explicit Adapter(JsonHandler &handler) : handler_(handler) {}

  bool null() { return handled(handler_.scalar({Kind::null, false, false, 0})); }
  bool boolean(bool truth) { return handled(handler_.scalar({Kind::boolean, truth, false, 0})); }
  bool number_integer(number_integer_t value) {
    return handled(handler_.scalar({Kind::number, false, true, value}));
  }
  bool number_unsigned(number_unsigned_t value) {
    const bool fits = value <= INT64_MAX;
    return handled(handler_.scalar({Kind::number, false, fits, fits ? static_cast<int64_t>(value) : 0}));
  }
  bool number_float(number_float_t, const string_t &) {
    return handled(handler_.scalar({Kind::number, false, false, 0}));
  }
  bool string(string_t &text) { return handled(handler_.string(text)); }
  bool binary(binary_t &) { return false; }
  bool key(string_t &name) { return handled(handler_.key(name)); }
  bool start_object(size_t) { return deeper() && handled(handler_.start_object()); }
  bool end_object() {
    depth_--;
    return handled(handler_.end_object());
  }
  bool start_array(size_t) { return deeper() && handled(handler_.start_array()); }
  bool end_array() {
    depth_--;
    return handled(handler_.end_array());
  }
  // The text of the exception quotes the input, so only its kind is kept.
  bool parse_error(size_t position, const std::string &, const nlohmann::detail::exception &error) {
    offset = position;
    if (error.id == 406) {
      fault = JsonFault::number_too_large;
    } else {
      const char *text = error.what();
      const bool bad_text =
          std::strstr(text, "UTF-8") != nullptr || std::strstr(text, "surrogate") != nullptr;
      fault = bad_text ? JsonFault::not_utf8 : JsonFault::syntax;
    }
    return false;
  }

  JsonFault fault = JsonFault::none;
  size_t offset = 0;

 private:
  using Kind = JsonHandler::Scalar::Kind;

  bool handled(bool go_on) {
    if (!go_on) fault = JsonFault::stopped;
    return go_on;
  }
  bool deeper() {
    if (++depth_ <= json_depth_at_most) return true;
    fault = JsonFault::too_deep;
    return false;
  }

  JsonHandler &handler_;
  unsigned depth_ = 0;
};

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
    } else if (std::strchr(" \t\r\n,:[]{}", text[i]) != nullptr) {
      start = i + 1;
    }
  }
  return text.size() - start > json_token_at_most;
}

// The parser's own buffers cannot fail softly. With tokens bounded they need less than this; it is asked for
// and given back at once, so that they find it.
bool has_headroom(size_t text_size) {
  const size_t token = text_size < json_token_at_most ? text_size : json_token_at_most;
  void *room = std::malloc(8 * token + 8192);
  std::free(room);
  return room != nullptr;
}

}  // namespace

JsonEnd read_json(std::string_view text, JsonHandler &handler) {
  if (has_long_token(text)) return {JsonFault::token_too_long, 0};
  if (!has_headroom(text.size())) return {JsonFault::out_of_memory, 0};
  Adapter adapter(handler);
  const bool whole = Json::sax_parse(text.data(), text.data() + text.size(), &adapter);
  if (whole) return {JsonFault::none, text.size()};
  return {adapter.fault, adapter.offset};
}

}  // namespace skipcall
