#include "run_connections.hpp"

#include <algorithm>
#include <map>

#include "environment.hpp"
#include "failure.hpp"
#include "process_safety.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

using Declared = std::vector<host::DeclaredConnection>;

// The values of one option, for each connection or for each field of one.
class NamedValues {
 public:
  // texts: ID=VALUE each, or ID.FIELD=VALUE if of_fields.
  NamedValues(const char *option, const std::vector<std::string> &texts, const Declared &declared,
              bool of_fields)
      : option_(option) {
    for (const std::string &text : texts) {
      const size_t equals = text.find('=');
      if (equals == text.npos || equals == 0 || equals + 1 == text.size()) {
        throw BadInput(option_ + " must be ID=VALUE, not " + in_quotes(text));
      }
      const std::string name = text.substr(0, equals);
      const std::string place = of_fields ? field_place(name, declared) : connection_place(name, declared);
      if (!values_.emplace(place, text.substr(equals + 1)).second)
        throw BadInput(option_ + " appears twice for " + in_quotes(place));
    }
  }

  // place: "ID" or "ID.FIELD". Empty: there is none.
  std::string at(const std::string &place) const {
    const auto found = values_.find(place);
    return found == values_.end() ? std::string() : found->second;
  }

 private:
  std::string connection_place(const std::string &name, const Declared &declared) const {
    const bool is_known =
        std::any_of(declared.begin(), declared.end(), [&](const auto &one) { return one.name == name; });
    if (!is_known) refuse(name, declared);
    return name;
  }

  std::string field_place(const std::string &name, const Declared &declared) const {
    for (const host::DeclaredConnection &connection : declared) {
      const auto fields = host::fields_of(connection);
      for (const host::DeclaredField &field : fields) {
        if (name == connection.name + "." + field.name) return name;
      }
      if (name != connection.name) continue;
      if (fields.size() == 1) return name + "." + fields[0].name;
      std::string places;
      for (const host::DeclaredField &field : fields)
        places += (places.empty() ? "" : ", ") + in_quotes(name + "." + field.name);
      if (places.empty()) throw BadInput(option_ + ": connection " + in_quotes(name) + " takes no key");
      throw BadInput(option_ + ": connection " + in_quotes(name) +
                     " has several fields; name each: " + places);
    }
    refuse(name, declared);
  }

  [[noreturn]] void refuse(const std::string &name, const Declared &declared) const {
    std::string names;
    for (const host::DeclaredConnection &connection : declared)
      names += (names.empty() ? "" : ", ") + in_quotes(connection.name);
    throw BadInput(option_ + ": the module has no connection " + in_quotes(name) + "; " +
                   (names.empty() ? "it sends nothing" : "it has " + names));
  }

  std::string option_;
  std::map<std::string, std::string> values_;
};

struct Value {
  host::SecretString secret;
  std::string source;  // empty: there is none
};

// Reading a variable removes it, so the value is kept for other connections that use it.
class KeyVariables {
 public:
  host::SecretString read(const std::string &name) {
    auto found = read_.find(name);
    if (found == read_.end()) found = read_.emplace(name, read_key_variable(name)).first;
    return host::SecretString(found->second.reveal());
  }

 private:
  std::map<std::string, host::SecretString> read_;
};

Value named_value(const std::string &variable, const std::string &file, KeyVariables &variables) {
  if (!variable.empty() && !file.empty())
    throw BadInput("--key-from and --key-file both name a key; keep one of them");
  if (!variable.empty()) return {variables.read(variable), "the variable " + variable};
  if (!file.empty()) return {read_key_file("", file), "the file " + file};
  return {};
}

Value skipcalls_key() {
  host::SecretString key = read_api_key();
  const bool is_there = !key.empty();
  return {std::move(key), is_there ? "SKIPCALL_API_KEY or its file" : ""};
}

}  // namespace

std::vector<RunConnection> run_connections(const host::ModuleDescription &module,
                                           const RunCommandOptions &options, bool is_own) {
  const Declared &all = module.connections;
  const NamedValues servers("--connection", options.servers, all, false);
  const NamedValues variables("--key-from", options.key_variables, all, true);
  const NamedValues files("--key-file", options.key_files, all, true);
  KeyVariables keys;
  std::vector<RunConnection> connections;
  for (const host::DeclaredConnection &declared : all) {
    const bool is_skipcall = is_own && connections.empty();
    const std::string named = servers.at(declared.name);
    const bool is_modules = named.empty() && !is_skipcall;
    const std::string base_url = !named.empty() ? named : is_skipcall ? read_base_url() : declared.base_url;
    if (base_url.empty()) {
      throw BadInput("the module names no server for its connection " + in_quotes(declared.name) +
                     "; name it with --connection " + shell_word(declared.name) + "=URL");
    }
    host::FieldValues values;
    std::vector<std::pair<std::string, std::string>> sources;
    for (const host::DeclaredField &field : host::fields_of(declared)) {
      const std::string place = declared.name + "." + field.name;
      Value value = named_value(variables.at(place), files.at(place), keys);
      if (value.source.empty() && is_skipcall && sources.empty()) value = skipcalls_key();
      if (is_modules && options.yes && !value.source.empty()) {
        throw BadInput("with --yes nobody confirms where the key goes; the module names " +
                       in_quotes(base_url) + ". Name the server yourself: --connection " +
                       shell_word(declared.name) + "=URL");
      }
      sources.emplace_back(field.name, value.source);
      values.emplace(field.name, std::move(value.secret));
    }
    connections.push_back(
        {host::Connection(declared, base_url, std::move(values)), std::move(sources), is_modules});
  }
  std::string unused = take_variable("SKIPCALL_API_KEY");  // no longer needed
  host::SecretString::wipe(unused);
  return connections;
}

}  // namespace skipcall::cli
