// Whose server a request goes to and by which key: the host's half of a request. The module gives a name and
// a target; this decides whether the two may be joined.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http.hpp"
#include "secret_string.hpp"

namespace skipcall::host {

class Connection {
 public:
  // name: as the manifest calls it. base_url: https, or http to a loopback address; its trailing slash is
  // dropped. key: taken over; empty: every request is answered NO_CREDENTIAL. header_template: "Name: text
  // {key}". Throws Connection: no URL, another scheme, plain http to another machine, user info, query,
  // fragment, dot segments; a key with white space, control or non-ASCII characters or shorter than 8; a
  // template without {key}.
  Connection(std::string name, std::string_view base_url, SecretString key,
             std::string_view header_template = "Authorization: Bearer {key}");

  const std::string &name() const { return name_; }
  const std::string &base_url() const { return base_url_; }
  const SecretString &key() const { return key_; }
  // The server is this machine: no proxy stands between.
  bool is_loopback() const { return loopback_; }

  // The URL of a target: base and target joined as text. Empty: the target is refused, because it does not
  // begin with one "/", holds "//", "\", "#", a dot segment (also as %2e), a control or non-ASCII character,
  // or changes the origin or the path prefix (ABI.md, a host's duties).
  std::string url_of(std::string_view target) const;

  // The lines of a request's header block, "Name: value" each, without CRLF. Nothing: no block, or one with a
  // header that is not the module's to set (the credential's own, other credentials, framing, routing), so
  // the request is refused (ABI.md, a host's duties).
  std::optional<std::vector<std::string>> header_lines_of(std::string_view block) const;

  // The header line that carries the key. To be wiped after use.
  std::string credential_line() const;

  // Overwrites with "*" each place where text repeats the key; with cut_off, also a part of the key at the
  // end.
  void mask_key(std::string &text, bool cut_off) const;

 private:
  std::string name_;
  std::string base_url_;
  SecretString key_;
  std::string header_before_, header_after_;
  std::string header_name_;  // in lower case
  std::string origin_, path_prefix_;
  bool loopback_ = false;
};

}  // namespace skipcall::host
