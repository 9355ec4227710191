// A connection as a manifest declares it: which server a request goes to, and with which credential.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace skipcall::host {

// What a person fills in.
struct DeclaredField {
  std::string name;
  std::string title;    // may be empty
  std::string pattern;  // a regular expression (ECMA-262) that a value must match; may be empty
  bool is_secret = true;
};

struct DeclaredConnection {
  std::string name;
  std::string base_url;  // the default; may be empty
  std::vector<DeclaredField> fields;
  // Name and template, as in "Authorization" and "Bearer {key}"; "{key}" stands for the field's value.
  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace skipcall::host
