// Reads the members of a JSON object strictly: a wrong type, a value out of range or an unknown name is an
// error that says where it is.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace skipcall::sandbox {

// A data file that cannot be used; what() says where and why, for a person.
class DataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One object of the file. The JSON value is borrowed for the life of the reader; `path` is its place for
// messages.
class JsonObject {
 public:
  // Throws DataError if the value is not an object.
  JsonObject(const nlohmann::json &value, std::string path);

  // The member of that name, or null. Each name asked for counts as known. Borrowed from the value.
  const nlohmann::json *find(const char *name);
  // The same, but throws DataError if the member is missing.
  const nlohmann::json &require(const char *name);

  // Each sets `out` if the member exists, and throws DataError if it has another type or is out of range.
  void read(const char *name, bool &out);
  void read(const char *name, std::string &out);
  void read(const char *name, uint32_t &out);
  void read(const char *name, uint64_t &out);
  void read(const char *name, int64_t &out);
  void read_probability(const char *name, double &out);

  template <typename Enum>
  using Names = std::span<const std::pair<std::string_view, Enum>>;

  // The value that the member names.
  template <typename Enum>
  void read(const char *name, Enum &out, Names<Enum> names) {
    const nlohmann::json *member = find(name);
    if (member == nullptr) return;
    std::string known;
    for (const auto &[text, value] : names) {
      if (member->is_string() && member->get_ref<const std::string &>() == text) {
        out = value;
        return;
      }
      known.append(known.empty() ? "" : ", ").append(text);
    }
    fail(name, "must be one of: " + known);
  }

  // Throws DataError for the first member that was never asked for.
  void refuse_unknown() const;

  // The place of a member, for messages: "keys[0].plan".
  std::string place(std::string_view name) const;
  [[noreturn]] void fail(std::string_view name, const std::string &problem) const;

 private:
  const nlohmann::json &value_;
  std::string path_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace skipcall::sandbox
