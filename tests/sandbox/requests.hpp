// Requests as a correct host sends them, for the tests of this folder.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/message.hpp"

namespace skipcall::sandbox {

inline constexpr const char *contact_a = "123e4567-e89b-12d3-a456-426614174000";
inline constexpr const char *contact_b = "123e4567-e89b-12d3-a456-426614174001";
inline constexpr const char *contact_c = "123e4567-e89b-12d3-a456-426614174002";

inline std::string body_of(const std::vector<std::string> &contacts) {
  std::string body = "{\"contactIds\":[";
  for (size_t i = 0; i < contacts.size(); ++i) body += (i == 0 ? "\"" : ",\"") + contacts[i] + "\"";
  return body + "]}";
}

inline Request request_with(std::string target, std::string body, const std::string &key) {
  Request request{"DELETE", std::move(target), {}, std::move(body)};
  request.headers = {{"Authorization", "Bearer " + key},
                     {"Content-Type", "application/json"},
                     {"Content-Length", std::to_string(request.body.size())}};
  return request;
}

// `segment`: the sequence id, already percent-encoded
inline Request removal(std::string_view segment, const std::vector<std::string> &contacts,
                       const std::string &key = "sk_test_expert") {
  return request_with("/v1/sequences/" + std::string(segment) + "/contacts", body_of(contacts), key);
}

// Replaces the header, or adds it.
inline void set_header(Request &request, std::string_view name, std::string value) {
  for (Header &header : request.headers) {
    if (header.name == name) {
      header.value = std::move(value);
      return;
    }
  }
  request.headers.push_back({std::string(name), std::move(value)});
}

inline void remove_header(Request &request, std::string_view name) {
  std::erase_if(request.headers, [name](const Header &header) { return header.name == name; });
}

}  // namespace skipcall::sandbox
