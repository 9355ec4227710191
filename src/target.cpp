#include "target.hpp"

#include "api.hpp"
#include "mask.hpp"

namespace skipcall {
namespace {

constexpr bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Hosts refuse a target with such a segment, in the spellings that abi/ABI.md lists, and that would end the run.
bool has_dot_segment(std::string_view id) {
  if (id.find_first_of(".%") == std::string_view::npos) return false;
  char decoded[sequence_id_at_most];
  size_t size = 0;
  for (const char c : id) {
    decoded[size++] = c;
    while (size >= 3 && decoded[size - 3] == '%' && hex_value(decoded[size - 2]) >= 0 &&
           hex_value(decoded[size - 1]) >= 0) {
      decoded[size - 3] = static_cast<char>(hex_value(decoded[size - 2]) * 16 + hex_value(decoded[size - 1]));
      size -= 2;
    }
  }
  std::string_view rest(decoded, size);
  for (;;) {
    const size_t end = rest.find_first_of("/\\");
    const std::string_view segment = rest.substr(0, end);
    const std::string_view name = segment.substr(0, segment.find(';'));
    if (name == "." || name == "..") return true;
    if (end == std::string_view::npos) return false;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_sequence_id(std::string_view id) {
  return !id.empty() && id.size() <= sequence_id_at_most && !has_dot_segment(id) && !has_api_key(id);
}

bool append_target(Text &out, std::string_view sequence_id) {
  constexpr char digits[] = "0123456789ABCDEF";
  out.append(api::target_prefix);
  for (const char c : sequence_id) {
    if (is_unreserved(c)) {
      out.append(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      const char encoded[3] = {'%', digits[byte >> 4], digits[byte & 15]};
      out.append(std::string_view(encoded, 3));
    }
  }
  out.append(api::target_suffix);
  return out.ok();
}

}  // namespace skipcall
