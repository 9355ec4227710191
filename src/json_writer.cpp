#include "json_writer.hpp"

namespace skipcall {

JsonWriter &JsonWriter::open(char c) {
  separate();
  out_.append(c);
  comma_ = false;
  return *this;
}

JsonWriter &JsonWriter::close(char c) {
  out_.append(c);
  comma_ = true;
  return *this;
}

JsonWriter &JsonWriter::key(std::string_view name) {
  separate();
  out_.append('"');
  out_.append(name);
  out_.append("\":");
  comma_ = false;
  return *this;
}

JsonWriter &JsonWriter::null() {
  separate();
  out_.append("null");
  return *this;
}

JsonWriter &JsonWriter::boolean(bool truth) {
  separate();
  out_.append(truth ? "true" : "false");
  return *this;
}

JsonWriter &JsonWriter::number(uint64_t value) {
  separate();
  out_.append_number(value);
  return *this;
}

JsonWriter &JsonWriter::string(std::string_view text) {
  separate();
  out_.append('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out_.append("\\\"");
        break;
      case '\\':
        out_.append("\\\\");
        break;
      case '\b':
        out_.append("\\b");
        break;
      case '\f':
        out_.append("\\f");
        break;
      case '\n':
        out_.append("\\n");
        break;
      case '\r':
        out_.append("\\r");
        break;
      case '\t':
        out_.append("\\t");
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          constexpr char digits[] = "0123456789abcdef";
          const char escaped[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
          out_.append(std::string_view(escaped, 6));
        } else {
          out_.append(c);
        }
    }
  }
  out_.append('"');
  return *this;
}

char *JsonWriter::raw(size_t length) {
  separate();
  return out_.extend(length);
}

char *JsonWriter::raw_string(size_t length) {
  char *at = raw(length + 2);
  if (at == nullptr) return nullptr;
  at[0] = at[length + 1] = '"';
  return at + 1;
}

}  // namespace skipcall
