#include "target.hpp"

#include "api.hpp"

namespace skipcall {
namespace {

constexpr bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

bool is_sequence_id(std::string_view id) {
  return !id.empty() && id != "." && id != ".." && id.size() <= sequence_id_at_most;
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
