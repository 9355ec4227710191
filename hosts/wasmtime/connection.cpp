#include "connection.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "error.hpp"
#include "header_text.hpp"

namespace skipcall::host {
namespace {

[[noreturn]] void refuse(const std::string &why) {
  throw HostError(Fault::Connection, why);
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// A segment "." or "..", in clear or percent-encoded (RFC 3986, 5.2.4 and 6.2.2.2).
bool has_dot_segment(std::string_view path) {
  std::string plain = to_lower(path);
  for (size_t at; (at = plain.find("%2e")) != std::string::npos;) plain.replace(at, 3, ".");
  for (size_t begin = 0; begin <= plain.size();) {
    size_t end = std::min(plain.find('/', begin), plain.size());
    std::string_view segment(plain.data() + begin, end - begin);
    if (segment == "." || segment == "..") return true;
    begin = end + 1;
  }
  return false;
}

// A URL taken apart by curl's own parser, the one that will be used to send.
struct UrlParts {
  std::string scheme, host, port, path;
  bool has_user = false, has_query = false, has_fragment = false;

  std::string origin() const { return scheme + "://" + host + ":" + port; }
};

std::optional<UrlParts> parse_url(const std::string &text) {
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK) {
    return std::nullopt;
  }
  auto part = [&](CURLUPart which) -> std::optional<std::string> {
    char *value = nullptr;
    if (curl_url_get(url.get(), which, &value, CURLU_DEFAULT_PORT) != CURLUE_OK) return std::nullopt;
    std::string copy(value);
    curl_free(value);
    return copy;
  };
  UrlParts parts;
  parts.scheme = to_lower(part(CURLUPART_SCHEME).value_or(""));
  parts.host = to_lower(part(CURLUPART_HOST).value_or(""));
  parts.port = part(CURLUPART_PORT).value_or("");
  parts.path = part(CURLUPART_PATH).value_or("");
  parts.has_user = part(CURLUPART_USER) || part(CURLUPART_PASSWORD) || part(CURLUPART_OPTIONS);
  parts.has_query = part(CURLUPART_QUERY).has_value();
  parts.has_fragment = part(CURLUPART_FRAGMENT).has_value();
  return parts;
}

// 127.0.0.0/8, ::1 and the name that curl never asks a server for.
bool is_loopback_host(const std::string &host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

// What only the host may say: credentials, framing, routing and what concerns one connection (RFC
// 9110, 7.6.1; the Fetch standard's forbidden names).
bool is_reserved_header(std::string_view name) {
  constexpr std::string_view reserved[] = {"authorization",
                                           "cookie",
                                           "cookie2",
                                           "set-cookie",
                                           "host",
                                           "content-length",
                                           "transfer-encoding",
                                           "connection",
                                           "te",
                                           "keep-alive",
                                           "trailer",
                                           "via",
                                           "upgrade",
                                           "expect",
                                           "date",
                                           "origin",
                                           "referer",
                                           "forwarded",
                                           "dnt",
                                           "x-forwarded-host",
                                           "x-forwarded-for",
                                           "x-forwarded-proto",
                                           "x-http-method-override",
                                           "x-http-method",
                                           "x-method-override",
                                           "http2-settings"};
  std::string plain = to_lower(name);
  return std::find(std::begin(reserved), std::end(reserved), plain) != std::end(reserved) ||
         plain.rfind("proxy-", 0) == 0 || plain.rfind("sec-", 0) == 0;
}

}  // namespace

Connection::Connection(std::string name, std::string_view base_url, SecretString key,
                       std::string_view header_template)
    : name_(std::move(name)), base_url_(base_url), key_(std::move(key)) {
  // What the URL holds is not repeated in these texts: a user may have put a password into it.
  if (base_url_.empty() || !is_visible_ascii(base_url_) || base_url_.find('\\') != std::string::npos) {
    refuse("the base URL is empty or holds white space, \\, control or non-ASCII characters");
  }
  auto parts = parse_url(base_url_);
  if (!parts || parts->host.empty())
    refuse("the base URL is no URL; expected something like https://api.example.com");
  if (parts->has_user) refuse("the base URL must not hold a user name or password");
  if (base_url_.find_first_of("?#") != std::string::npos)
    refuse("the base URL must not hold a query or fragment");
  loopback_ = is_loopback_host(parts->host);
  if (parts->scheme != "https" && parts->scheme != "http") refuse("the base URL must begin with https://");
  if (parts->scheme == "http" && !loopback_) {
    refuse(
        "the base URL must begin with https://; plain http is for this machine (127.0.0.1, localhost) only");
  }
  if (has_dot_segment(parts->path) || parts->path.find("//") != std::string::npos) {
    refuse("the base URL must not hold empty or dot segments");
  }
  if (base_url_.back() == '/') base_url_.pop_back();
  path_prefix_ = parts->path;
  if (path_prefix_.empty() || path_prefix_.back() != '/') path_prefix_ += '/';
  origin_ = parts->origin();

  constexpr size_t shortest_key = 8;  // masking a shorter one would tear answers apart
  if (!key_.empty() && (key_.reveal().size() < shortest_key || !is_visible_ascii(key_.reveal()))) {
    refuse("the key is too short, or holds white space, control or non-ASCII characters");
  }
  size_t colon = header_template.find(':');
  size_t slot = header_template.find("{key}");
  if (colon == std::string_view::npos || slot == std::string_view::npos || slot < colon ||
      !is_token(header_template.substr(0, colon)) ||
      header_template.find_first_of("\r\n") != std::string_view::npos) {
    refuse("the header template of connection " + name_ + " is not of the form \"Name: text {key}\"");
  }
  header_name_ = to_lower(header_template.substr(0, colon));
  header_before_ = header_template.substr(0, slot);
  header_after_ = header_template.substr(slot + 5);
}

std::string Connection::url_of(std::string_view target) const {
  if (target.empty() || target[0] != '/' || !is_visible_ascii(target)) return {};
  if (target.find("//") != std::string_view::npos || target.find_first_of("\\#") != std::string_view::npos)
    return {};
  if (has_dot_segment(target.substr(0, target.find('?')))) return {};
  std::string url = base_url_ + std::string(target);
  auto parts = parse_url(url);
  if (!parts || parts->has_user || parts->has_fragment || parts->origin() != origin_ ||
      parts->path.rfind(path_prefix_, 0) != 0) {
    return {};
  }
  return url;
}

std::optional<std::vector<std::string>> Connection::header_lines_of(std::string_view block) const {
  constexpr size_t longest_block = 64u << 10;
  if (block.size() > longest_block) return std::nullopt;
  std::vector<std::string> lines;
  while (!block.empty()) {
    size_t end = block.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view line = block.substr(0, end);
    block.remove_prefix(end + 2);
    size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view name = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    if (!is_token(name) || is_reserved_header(name) || to_lower(name) == header_name_) return std::nullopt;
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return std::nullopt;
    lines.push_back(std::string(name) + ": " + std::string(trim_space(value)));
  }
  return lines;
}

std::string Connection::credential_line() const {
  std::string line;
  line.reserve(header_before_.size() + key_.reveal().size() + header_after_.size());
  line.append(header_before_).append(key_.reveal()).append(header_after_);
  return line;
}

void Connection::mask_key(std::string &text, bool cut_off) const {
  std::string_view key = key_.reveal();
  if (key.empty()) return;
  for (size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + key.size())) {
    text.replace(at, key.size(), key.size(), '*');
  }
  if (!cut_off) return;
  constexpr size_t shortest_part = 4;  // fewer characters tell nothing, and end many a text
  for (size_t length = std::min(key.size() - 1, text.size()); length >= shortest_part; --length) {
    if (text.compare(text.size() - length, length, key.substr(0, length)) == 0) {
      text.replace(text.size() - length, length, length, '*');
      return;
    }
  }
}

}  // namespace skipcall::host
