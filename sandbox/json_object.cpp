#include "sandbox/json_object.hpp"

#include <limits>

namespace skipcall::sandbox {

JsonObject::JsonObject(const nlohmann::json &value, std::string path)
    : value_(value), path_(std::move(path)) {
  if (!value.is_object()) throw DataError((path_.empty() ? "the file" : path_) + ": must be an object");
}

const nlohmann::json *JsonObject::find(const char *name) {
  known_.insert(name);
  const auto found = value_.find(name);
  return found == value_.end() ? nullptr : &*found;
}

const nlohmann::json &JsonObject::require(const char *name) {
  const nlohmann::json *member = find(name);
  if (member == nullptr) fail(name, "is missing");
  return *member;
}

void JsonObject::read(const char *name, bool &out) {
  const nlohmann::json *member = find(name);
  if (member == nullptr) return;
  if (!member->is_boolean()) fail(name, "must be true or false");
  out = member->get<bool>();
}

void JsonObject::read(const char *name, std::string &out) {
  const nlohmann::json *member = find(name);
  if (member == nullptr) return;
  if (!member->is_string()) fail(name, "must be a string");
  out = member->get<std::string>();
}

void JsonObject::read(const char *name, uint64_t &out) {
  const nlohmann::json *member = find(name);
  if (member == nullptr) return;
  const bool whole =
      member->is_number_unsigned() || (member->is_number_integer() && member->get<int64_t>() >= 0);
  if (!whole) fail(name, "must be a whole number, 0 or more");
  out = member->get<uint64_t>();
}

void JsonObject::read(const char *name, uint32_t &out) {
  uint64_t wide = out;
  read(name, wide);
  if (wide > std::numeric_limits<uint32_t>::max()) fail(name, "is too large");
  out = static_cast<uint32_t>(wide);
}

void JsonObject::read(const char *name, int64_t &out) {
  const nlohmann::json *member = find(name);
  if (member == nullptr) return;
  const bool fits = member->is_number_integer() &&
                    !(member->is_number_unsigned() &&
                      member->get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
  if (!fits) fail(name, "must be a whole number");
  out = member->get<int64_t>();
}

void JsonObject::read_probability(const char *name, double &out) {
  const nlohmann::json *member = find(name);
  if (member == nullptr) return;
  const double value = member->is_number() ? member->get<double>() : -1;
  if (!(value >= 0 && value <= 1)) fail(name, "must be a number from 0 to 1");
  out = value;
}

void JsonObject::refuse_unknown() const {
  for (const auto &[name, value] : value_.items()) {
    if (!known_.contains(name)) fail(name, "is not a known member");
  }
}

std::string JsonObject::place(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void JsonObject::fail(std::string_view name, const std::string &problem) const {
  throw DataError(place(name) + ": " + problem);
}

}  // namespace skipcall::sandbox
