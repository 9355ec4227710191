// A member of a JSON object, where it is text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace skipcall::host {

// Result: empty where the member is missing, or is no text.
template <typename Json>
std::string text_member(const Json &object, const char *name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->template get<std::string>() : std::string();
}

}  // namespace skipcall::host
