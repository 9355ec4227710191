#include "sandbox/request_check.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace skipcall::sandbox {
namespace {

constexpr size_t max_contacts = 100;

Refusal bad_request(std::string message) {
  return {400, "BAD_REQUEST", std::move(message)};
}

bool holds_key(std::string_view text) {
  return text.find("sk_live_") != text.npos || text.find("sk_test_") != text.npos;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// pchar without the percent sign (RFC 3986, 3.3)
bool is_path_char(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || is_digit(c) || std::string_view("-._~!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

std::optional<std::string> percent_decode(std::string_view segment) {
  std::string decoded;
  for (size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      if (!is_path_char(segment[i])) return std::nullopt;
      decoded.push_back(segment[i]);
      continue;
    }
    const int high = i + 2 < segment.size() ? hex_digit(segment[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(segment[i + 2]);
    if (low < 0) return std::nullopt;
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

// The library's lexer checks UTF-8 as RFC 3629 says; it gets the text as a JSON string.
bool is_utf8(const std::string &text) {
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::type_error &) {
    return false;
  }
}

// Why the header does not appear exactly once; empty when it does.
std::string not_once(const Request &request, std::string_view name) {
  const size_t count = count_headers(request.headers, name);
  if (count == 1) return {};
  return std::string(name) + (count == 0 ? " is missing" : " appears more than once");
}

bool is_json_type(std::string_view value) {
  std::string compact;
  for (const char c : value) {
    if (c != ' ') compact.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  }
  return compact == "application/json" || compact == "application/json;charset=utf-8";
}

}  // namespace

std::variant<std::string, Refusal> read_key(const Request &request) {
  const std::string *value = find_header(request.headers, "Authorization");
  if (value == nullptr) return Refusal{401, "UNAUTHORIZED", "Invalid or missing API key"};
  if (value->find("sk_live_") != value->npos) {
    return Refusal{
        401, "LIVE_KEY_REFUSED",
        "This is the sandbox, and a live key was sent to it. It takes only sk_test_ keys. The key was "
        "neither kept nor logged; use a test key, or Skipcall's own server."};
  }
  if (count_headers(request.headers, "Authorization") > 1)
    return bad_request("Authorization appears more than once");
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view text = *value;
  if (!text.starts_with(scheme)) return bad_request("Authorization must be \"Bearer KEY\"");
  const std::string_view key = text.substr(scheme.size());
  const bool visible = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (key.empty() || !visible)
    return bad_request("Authorization must be \"Bearer KEY\", with one space and a key");
  return std::string(key);
}

std::variant<std::string, Refusal> read_target(const Request &request) {
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find_first_of("?#"));
  constexpr std::string_view before = "/v1/sequences/";
  constexpr std::string_view after = "/contacts";
  const bool shaped =
      path.size() > before.size() + after.size() && path.starts_with(before) && path.ends_with(after);
  const std::string_view segment =
      shaped ? path.substr(before.size(), path.size() - before.size() - after.size()) : std::string_view();
  if (!shaped || segment.find('/') != segment.npos) {
    return Refusal{404, "ROUTE_NOT_FOUND",
                   "Cannot " + mask_keys(request.method) + " " + mask_keys(request.target.substr(0, 200)) +
                       ": the sandbox knows only DELETE /v1/sequences/{id}/contacts"};
  }
  if (request.method != "DELETE") {
    return Refusal{405, "METHOD_NOT_ALLOWED", "Only DELETE is allowed here"};
  }
  if (path.size() != target.size()) return bad_request("the target has a query or a fragment");
  const std::optional<std::string> id = percent_decode(segment);
  if (!id) return bad_request("the sequence id is not percent-encoded as one path segment");
  if (*id == "." || *id == "..") return bad_request("the sequence id is a dot segment");
  if (!is_utf8(*id)) return bad_request("the sequence id is not UTF-8");
  return *id;
}

std::optional<Refusal> check_headers(const Request &request) {
  for (const char *name : {"Content-Type", "Content-Length"}) {
    if (const std::string problem = not_once(request, name); !problem.empty()) return bad_request(problem);
  }
  if (!is_json_type(*find_header(request.headers, "Content-Type"))) {
    return bad_request("Content-Type must be application/json");
  }
  const std::string &length = *find_header(request.headers, "Content-Length");
  if (length != std::to_string(request.body.size())) {
    return bad_request("Content-Length does not match the body of " + std::to_string(request.body.size()) +
                       " bytes");
  }
  for (const char *name : {"Transfer-Encoding", "Content-Encoding", "Cookie", "Proxy-Authorization"}) {
    if (count_headers(request.headers, name) != 0)
      return bad_request(std::string(name) + " is not allowed here");
  }
  bool elsewhere = holds_key(request.target) || holds_key(request.body);
  for (const Header &header : request.headers) {
    const bool authorization = count_headers({header}, "Authorization") == 1;
    if (!authorization && holds_key(header.value)) elsewhere = true;
  }
  if (elsewhere) return bad_request("an API key appears outside Authorization");
  return std::nullopt;
}

std::variant<std::vector<Uuid>, Refusal> read_contacts(std::string_view body) {
  using nlohmann::json;
  if (body.starts_with("\xef\xbb\xbf")) return bad_request("the body begins with a byte order mark");
  // The library treats a NUL as the end of the string.
  if (body.find('\0') != body.npos) return bad_request("the body holds a NUL");
  size_t members = 0;  // the DOM would silently keep the last of two equal names
  const auto count_members = [&members](int depth, json::parse_event_t event, json &) {
    if (event == json::parse_event_t::key && depth == 1) ++members;
    return true;
  };
  const json document = json::parse(body, count_members, false);
  if (document.is_discarded()) return bad_request("the body is not valid JSON in UTF-8");
  if (!document.is_object()) return bad_request("the body must be an object");
  if (!document.contains("contactIds")) return bad_request("contactIds is missing");
  if (members != 1) return bad_request("the body must have only the member contactIds, once");
  const json &ids = document["contactIds"];
  if (!ids.is_array()) return bad_request("contactIds must be an array");
  if (ids.empty()) return bad_request("contactIds must contain at least 1 element");
  if (ids.size() > max_contacts) return bad_request("contactIds must contain no more than 100 elements");
  std::vector<Uuid> contacts;
  for (const json &id : ids) {
    const auto uuid = id.is_string() ? parse_uuid(id.get_ref<const std::string &>()) : std::nullopt;
    if (!uuid) return bad_request("each value in contactIds must be a UUID");
    contacts.push_back(*uuid);
  }
  return contacts;
}

}  // namespace skipcall::sandbox
