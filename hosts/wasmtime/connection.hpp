// Which server a request goes to, and with which key: the host's half of a request. The module gives a name
// and a target; this decides whether the two may be joined.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "declared_connection.hpp"
#include "http.hpp"
#include "key_mask.hpp"
#include "secret_string.hpp"

namespace skipcall::host {

// The values of a connection's fields, by their names.
using FieldValues = std::map<std::string, SecretString>;

// The fields that a person fills in: those that are declared, then others that headers name.
std::vector<DeclaredField> fields_of(const DeclaredConnection &declared);

class Connection {
 public:
  // base_url: https, or http to a loopback address; a trailing slash is dropped. values: taken over; if one
  // is missing or empty, every request is answered with NO_CREDENTIAL. Throws Connection: not a URL, another
  // scheme, plain http to another machine, user info, query, fragment, dot segments; a value with white
  // space, control or non-ASCII characters, one that does not fit its pattern, a secret shorter than 8
  // characters, one of an unknown field; a header that a connection may not set, or that is declared twice.
  Connection(const DeclaredConnection &declared, std::string_view base_url, FieldValues values);
  // For a connection with at most one field. Throws Connection also if it has more.
  Connection(const DeclaredConnection &declared, std::string_view base_url, SecretString key);
  // For a connection whose key goes into "Authorization: Bearer".
  Connection(std::string name, std::string_view base_url, SecretString key);

  const std::string &name() const { return name_; }
  const std::string &base_url() const { return base_url_; }
  // The value of its first field; empty if it has none.
  const SecretString &key() const;
  // The values of all fields, in the manifest's order; one that is missing is empty. Lent.
  std::vector<std::string_view> values() const;
  // Whether every field has a value.
  bool has_credential() const { return has_credential_; }
  // Host and port, for messages.
  std::string server() const { return origin_.substr(origin_.find("://") + 3); }
  // Whether the server is this machine, without a proxy in between.
  bool is_loopback() const { return loopback_; }

  // The URL of a target: base and target concatenated. Empty: the target is refused, because it does not
  // begin with one "/", holds "//", a character that RFC 3986 does not allow in a path or query, a dot
  // segment in any spelling, or changes the origin or the path prefix (ABI.md, a host's duties).
  std::string url_of(std::string_view target) const;

  // The lines of a request's header block, "Name: value" each, without CRLF. Nothing: not a header block, or
  // it holds a header that the module may not set (the credential's own, other credentials, framing,
  // routing), so the request is refused (ABI.md, a host's duties).
  std::optional<std::vector<std::string>> header_lines_of(std::string_view block) const;

  // The header lines that the manifest declares, with the values filled in. Each to be wiped after use.
  std::vector<std::string> credential_lines() const;

  // Overwrites with "*" every occurrence of a value in text; with cut_off, also the beginning of one at the
  // end of text. See KeyMask.
  void mask_key(std::string &text, bool cut_off) const;

 private:
  void check_base_url();
  void check_fields(const DeclaredConnection &declared);
  void check_headers() const;

  std::string name_;
  std::string base_url_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::vector<std::string> fields_;  // in the manifest's order
  FieldValues values_;
  std::vector<KeyMask> masks_;
  std::string origin_, path_prefix_;
  bool loopback_ = false;
  bool has_credential_ = false;
};

}  // namespace skipcall::host
