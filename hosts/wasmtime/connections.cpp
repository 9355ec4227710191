#include "connections.hpp"

#include <utility>

#include "error.hpp"

namespace skipcall::host {

Connections::Connections(Connection only) {
  std::string name = only.name();
  by_name_.emplace(std::move(name), std::move(only));
}

Connections::Connections(std::vector<Connection> all) {
  for (Connection &connection : all) {
    const std::string name = connection.name();
    if (!by_name_.emplace(name, std::move(connection)).second) {
      throw HostError(Fault::connection, "the module declares the connection " + name + " twice");
    }
  }
}

const Connection *Connections::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

std::map<std::string, std::string> Connections::base_urls() const {
  std::map<std::string, std::string> urls;
  for (const auto &[name, connection] : by_name_) urls.emplace(name, connection.base_url());
  return urls;
}

SecretString Connections::all_values() const {
  std::vector<std::string_view> values;
  size_t length = 0;
  for (const auto &[name, connection] : by_name_) {
    for (const std::string_view value : connection.values()) {
      values.push_back(value);
      length += value.size() + 1;
    }
  }
  std::string joined;
  joined.reserve(length);  // no copy is left behind by growing
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) joined += '\n';
    joined += values[i];
  }
  SecretString secret(joined);
  SecretString::wipe(joined);
  return secret;
}

void Connections::mask_keys(std::string &text, bool cut_off) const {
  for (const auto &[name, connection] : by_name_) connection.mask_key(text, cut_off);
}

}  // namespace skipcall::host
