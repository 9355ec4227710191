#include "connection.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <regex>
#include <set>
#include <utility>

#include "error.hpp"
#include "header_text.hpp"

namespace skipcall::host {
namespace {

[[noreturn]] void refuse(const std::string &why) {
  throw HostError(Fault::connection, why);
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// The value of a hexadecimal digit, or -1.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char plain = to_lower(c);
  return plain >= 'a' && plain <= 'f' ? plain - 'a' + 10 : -1;
}

// text percent-decoded until nothing is left to decode: an encoded percent sign may begin another encoding.
std::string decoded(std::string text) {
  for (size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at)) {
    const int high = at + 2 < text.size() ? hex_value(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? hex_value(text[at + 2]) : -1;
    if (high < 0 || low < 0) {
      ++at;
      continue;
    }
    text.replace(at, 3, 1, static_cast<char>(16 * high + low));
    // A decoded "%25" may begin another one.
    if (text[at] != '%') ++at;
  }
  return text;
}

// A segment "." or "..", in any spelling: percent-encoded once or more, between encoded slashes, with
// parameters after ";" (RFC 3986, 3.3, 5.2.4 and 6.2.2.2). Servers that decode before they split a path treat
// each as a step up.
bool has_dot_segment(std::string_view path) {
  const std::string plain = decoded(std::string(path));
  for (size_t begin = 0; begin <= plain.size();) {
    const size_t end = std::min(plain.find_first_of("/\\", begin), plain.size());
    const std::string_view segment(plain.data() + begin, end - begin);
    const std::string_view name = segment.substr(0, segment.find(';'));
    if (name == "." || name == "..") return true;
    begin = end + 1;
  }
  return false;
}

// Only characters that RFC 3986 allows there (3.3 and 3.4; "[" and "]" too), so that no URL parser rewrites
// it.
bool is_plain_target(std::string_view target) {
  const size_t query = std::min(target.find('?'), target.size());
  for (size_t at = 0; at < target.size(); ++at) {
    const char c = target[at];
    if (c == '%' &&
        (at + 2 >= target.size() || hex_value(target[at + 1]) < 0 || hex_value(target[at + 2]) < 0))
      return false;
    if (std::string_view("\"#<>\\^`{|}").find(c) != std::string_view::npos || (c == '\'' && at > query))
      return false;
  }
  return is_visible_ascii(target);
}

// A URL split by curl's own parser, the one that will be used to send.
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

// 127.0.0.0/8, ::1 and the name that curl never looks up.
bool is_loopback_host(const std::string &host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

// What only the host may set: credentials, framing, routing and what concerns one connection (RFC 9110,
// 7.6.1; the Fetch standard's forbidden names).
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
  const std::string plain = to_lower(name);
  return std::find(std::begin(reserved), std::end(reserved), plain) != std::end(reserved) ||
         plain.rfind("proxy-", 0) == 0 || plain.rfind("sec-", 0) == 0;
}

// Whether a value fits a pattern of the manifest. A pattern that this library cannot read is ignored: it is
// there to catch slips.
bool fits(std::string_view value, const std::string &pattern) {
  constexpr size_t longest_pattern = 1000;
  if (pattern.empty() || pattern.size() > longest_pattern) return true;
  auto syntax = std::regex::ECMAScript;
#ifdef __GLIBCXX__
  syntax |= std::regex_constants::__polynomial;  // no pattern takes exponential time
#endif
  try {
    return std::regex_search(value.begin(), value.end(), std::regex(pattern, syntax));
  } catch (const std::regex_error &) {
    return true;
  }
}

// A C identifier, as a field's name must be.
bool is_field_name(std::string_view text) {
  return is_token(text) && text.find_first_of("!#$%&'*+-.^`|~") == std::string_view::npos &&
         (text[0] < '0' || text[0] > '9');
}

// Calls one of the two for each part of a header's template: literal text, or the name of a field between "{"
// and "}".
template <typename OnText, typename OnField>
void for_each_part(std::string_view text, OnText on_text, OnField on_field) {
  for (size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open)) {
    const size_t close = std::min(text.find('}', open), text.size());
    const std::string_view name = text.substr(open + 1, close - open - 1);
    if (close == text.size() || !is_field_name(name)) {
      ++open;
      continue;
    }
    on_text(text.substr(0, open));
    on_field(std::string(name));
    text.remove_prefix(close + 1);
    open = 0;
  }
  on_text(text);
}

DeclaredConnection with_bearer(std::string name) {
  return {std::move(name), {}, {}, {{"Authorization", "Bearer {key}"}}};
}

FieldValues only_field(const DeclaredConnection &declared, SecretString key) {
  const auto fields = fields_of(declared);
  if (fields.size() > 1) {
    std::string names;
    for (const DeclaredField &field : fields) names += (names.empty() ? "" : ", ") + field.name;
    refuse("connection " + declared.name + " needs a value for each of its fields: " + names);
  }
  FieldValues values;
  if (!fields.empty()) values.emplace(fields[0].name, std::move(key));
  return values;
}

}  // namespace

std::vector<DeclaredField> fields_of(const DeclaredConnection &declared) {
  std::vector<DeclaredField> fields = declared.fields;
  for (const auto &[name, value] : declared.headers) {
    for_each_part(
        value, [](std::string_view) {},
        [&](const std::string &field) {
          const bool is_known =
              std::any_of(fields.begin(), fields.end(), [&](const auto &f) { return f.name == field; });
          if (!is_known) fields.push_back({field, {}, {}, true});
        });
  }
  return fields;
}

Connection::Connection(const DeclaredConnection &declared, std::string_view base_url, FieldValues values)
    : name_(declared.name), base_url_(base_url), headers_(declared.headers), values_(std::move(values)) {
  check_base_url();
  check_headers();
  check_fields(declared);
}

Connection::Connection(const DeclaredConnection &declared, std::string_view base_url, SecretString key)
    : Connection(declared, base_url, only_field(declared, std::move(key))) {}

Connection::Connection(std::string name, std::string_view base_url, SecretString key)
    : Connection(with_bearer(std::move(name)), base_url, std::move(key)) {}

void Connection::check_base_url() {
  // What the URL holds is not repeated in these messages: a user may have put a password into it.
  if (base_url_.empty() || !is_visible_ascii(base_url_) || base_url_.find('\\') != std::string::npos) {
    refuse("the base URL is empty or holds white space, \\, control or non-ASCII characters");
  }
  auto parts = parse_url(base_url_);
  if (!parts || parts->host.empty())
    refuse("the base URL is not a URL; expected something like https://api.example.com");
  if (parts->has_user) refuse("the base URL must not hold a user name or password");
  if (base_url_.find_first_of("?#") != std::string::npos)
    refuse("the base URL must not hold a query or fragment");
  loopback_ = is_loopback_host(parts->host);
  if (parts->scheme != "https" && parts->scheme != "http") refuse("the base URL must begin with https://");
  if (parts->scheme == "http" && !loopback_) {
    refuse(
        "the base URL must begin with https://; plain http is allowed only to this machine (127.0.0.1, "
        "localhost)");
  }
  if (has_dot_segment(parts->path) || parts->path.find("//") != std::string::npos) {
    refuse("the base URL must not hold empty or dot segments");
  }
  if (base_url_.back() == '/') base_url_.pop_back();
  path_prefix_ = parts->path;
  if (path_prefix_.empty() || path_prefix_.back() != '/') path_prefix_ += '/';
  origin_ = parts->origin();
}

void Connection::check_headers() const {
  std::set<std::string> names;
  for (const auto &[name, value] : headers_) {
    const std::string plain = to_lower(name);
    const bool is_printable =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    if (!is_token(name) || value.empty() || !is_printable) {
      refuse("a header of connection " + name_ + " is not of the form \"Name\": \"text {field}\"");
    }
    if (is_reserved_header(name) && plain != "authorization") {
      refuse("connection " + name_ + " sets the header " + name + ", which only the host may set");
    }
    if (!names.insert(plain).second)
      refuse("connection " + name_ + " declares the header " + name + " twice");
  }
}

void Connection::check_fields(const DeclaredConnection &declared) {
  constexpr size_t shortest_secret = 8;  // masking a shorter one would garble responses
  has_credential_ = true;
  for (const DeclaredField &field : fields_of(declared)) {
    fields_.push_back(field.name);
    const std::string_view value = values_[field.name].reveal();
    if (value.empty()) {
      has_credential_ = false;
      continue;
    }
    const std::string what = "the " + field.name + " of connection " + name_;
    if ((field.is_secret && value.size() < shortest_secret) || !is_visible_ascii(value)) {
      refuse(what + " is too short, or holds white space, control or non-ASCII characters");
    }
    if (!fits(value, field.pattern)) {
      refuse(what + " does not look right: it should fit the pattern " + field.pattern);
    }
    if (value.size() >= shortest_secret) masks_.emplace_back(value);
  }
  if (values_.size() > fields_.size()) refuse("connection " + name_ + " has no field of the given name");
}

const SecretString &Connection::key() const {
  static const SecretString none;
  return fields_.empty() ? none : values_.at(fields_[0]);
}

std::vector<std::string_view> Connection::values() const {
  std::vector<std::string_view> values;
  values.reserve(fields_.size());
  for (const std::string &field : fields_) values.push_back(values_.at(field).reveal());
  return values;
}

std::string Connection::url_of(std::string_view target) const {
  if (target.empty() || target[0] != '/' || !is_plain_target(target)) return {};
  if (target.find("//") != std::string_view::npos) return {};
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
    const size_t end = block.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = block.substr(0, end);
    block.remove_prefix(end + 2);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view name = line.substr(0, colon);
    const std::string_view value = line.substr(colon + 1);
    const bool is_connections = std::any_of(headers_.begin(), headers_.end(), [&](const auto &header) {
      return to_lower(header.first) == to_lower(name);
    });
    if (!is_token(name) || is_reserved_header(name) || is_connections) return std::nullopt;
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return std::nullopt;
    lines.push_back(std::string(name) + ": " + std::string(trim_space(value)));
  }
  return lines;
}

std::vector<std::string> Connection::credential_lines() const {
  std::vector<std::string> lines;
  for (const auto &[name, value] : headers_) {
    std::string line;
    line.reserve(name.size() + value.size() + 8192);  // no copy is left behind by growing
    line.append(name).append(": ");
    for_each_part(
        value, [&](std::string_view text) { line += text; },
        [&](const std::string &field) { line += values_.at(field).reveal(); });
    lines.push_back(std::move(line));
  }
  return lines;
}

void Connection::mask_key(std::string &text, bool cut_off) const {
  for (const KeyMask &mask : masks_) mask.apply(text, cut_off);
}

}  // namespace skipcall::host
