// text_member.hpp: a member of a JSON object, where it is text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace skipcall::host {

// Result: empty where the member is missing, or is no text.
inline std::string text_member(const nlohmann::json &object, const char *name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

}  // namespace skipcall::host
