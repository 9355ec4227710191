// Finds a key that a server's text repeats, in the spellings that servers use, and overwrites it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "secret_string.hpp"

namespace skipcall::host {

class KeyMask {
 public:
  // key: copied; empty: nothing is ever overwritten.
  explicit KeyMask(std::string_view key);

  // Overwrites with as many "*" every place where text spells the key: as it is, in other case, by escapes
  // (percent, JSON, HTML), in hexadecimal digits, or in base64, there also as a part of something longer.
  // cut_off: also a beginning of it, of at least four characters, at the end of text.
  void apply(std::string &text, bool cut_off) const;

 private:
  // A spelling that is looked for as it is.
  struct Fragment {
    SecretString text;
    bool any_case;
    size_t shortest_part;
    // A base64 digit before or after it that holds bits of both the key and its neighbour.
    size_t shared_before, shared_behind;
  };
  void add_base64(size_t bytes_before);
  void mask_escaped(std::string &text, bool cut_off) const;

  SecretString key_;
  std::vector<Fragment> fragments_;
};

}  // namespace skipcall::host
