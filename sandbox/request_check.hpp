// Reads a removal request so strictly that a wrong one cannot pass. It may be stricter than the real API.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sandbox/message.hpp"
#include "sandbox/uuid.hpp"

namespace skipcall::sandbox {

// How a request is refused.
struct Refusal {
  int status;
  std::string code;
  std::string message;
};

// The key of the Authorization header (API document, securitySchemes.ApiKey), or why there is none: 401 if
// the header is missing or holds a live key, 400 if it is not exactly one "Bearer KEY". Quotes none of it.
std::variant<std::string, Refusal> read_key(const Request &request);

// The sequence that the target names, decoded, or a refusal: 404 for another path, 405 for a method other
// than DELETE, 400 for a query, a fragment, or a segment that is not percent-encoded UTF-8 or is a dot
// segment.
std::variant<std::string, Refusal> read_target(const Request &request);

// A 400 for headers that do not describe a JSON body of known length, that the sandbox never asked for
// (Cookie), or for a key anywhere but in Authorization.
std::optional<Refusal> check_headers(const Request &request);

// The ids of a ContactsBatchDto, in order, duplicates included, or a 400: anything but {"contactIds":[1 to
// 100 UUIDs]}.
std::variant<std::vector<Uuid>, Refusal> read_contacts(std::string_view body);

}  // namespace skipcall::sandbox
