// A string member of a JSON object.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace skipcall::host {

// Result: empty if the member is missing or not a string.
template <typename Json>
std::string text_member(const Json &object, const char *name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->template get<std::string>() : std::string();
}

}  // namespace skipcall::host
