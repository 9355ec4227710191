// The connections of a run, by the names that requests use for them.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connection.hpp"

namespace skipcall::host {

class Connections {
 public:
  // Implicit, since most modules have one.
  Connections(Connection only);
  // all: taken over. Throws Connection: two have the same name.
  explicit Connections(std::vector<Connection> all);

  // Lent for the life of this object. Null: no connection has that name.
  const Connection *find(std::string_view name) const;

  // What a journal binds a run to (abi/JOURNAL.md): the base URLs by name, and what its key fingerprint is
  // made of, which is every value of every connection.
  std::map<std::string, std::string> base_urls() const;
  SecretString all_values() const;

  // See Connection::mask_key. A response may repeat a key of any connection.
  void mask_keys(std::string &text, bool cut_off) const;

 private:
  std::map<std::string, Connection, std::less<>> by_name_;
};

}  // namespace skipcall::host
