#include "sandbox/data.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace skipcall::sandbox {
namespace {

using nlohmann::json;

constexpr std::pair<std::string_view, Plan> plan_names[] = {{"STARTER", Plan::starter},
                                                            {"INTERMÉDIAIRE", Plan::intermediaire},
                                                            {"EXPERT", Plan::expert},
                                                            {"FREE", Plan::free}};
constexpr std::pair<std::string_view, KeyStatus> status_names[] = {
    {"active", KeyStatus::active},
    {"no-subscription", KeyStatus::no_subscription},
    {"revoked", KeyStatus::revoked}};

constexpr uint32_t max_generated = 5'000'000;

std::string indexed(std::string_view name, size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

const json &require_list(JsonObject &object, const char *name) {
  const json &list = object.require(name);
  if (!list.is_array()) object.fail(name, "must be a list");
  return list;
}

Key read_key(const json &value, const std::string &path) {
  JsonObject object(value, path);
  Key key;
  object.require("key");
  object.read("key", key.key);
  if (key.key.starts_with("sk_live_"))
    object.fail("key", "is a live key; the sandbox takes only sk_test_… keys");
  if (!key.key.starts_with("sk_test_") || key.key.size() == 8) object.fail("key", "must begin with sk_test_");
  const bool visible =
      std::all_of(key.key.begin(), key.key.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!visible) object.fail("key", "may hold visible ASCII characters only");
  object.require("plan");
  object.read<Plan>("plan", key.plan, plan_names);
  object.read<KeyStatus>("status", key.status, status_names);
  if (object.find("sequences") != nullptr) {
    key.sequences.emplace();
    const json &list = require_list(object, "sequences");
    for (size_t i = 0; i < list.size(); ++i) {
      if (!list[i].is_string()) object.fail(indexed("sequences", i), "must be a sequence's id");
      key.sequences->push_back(list[i].get<std::string>());
    }
  }
  object.refuse_unknown();
  return key;
}

std::vector<Uuid> read_generator(const json &value, const std::string &path) {
  JsonObject object(value, path);
  uint32_t count = 0;
  uint64_t seed = 0;
  object.require("count");
  object.read("count", count);
  if (count > max_generated) object.fail("count", "must be at most " + std::to_string(max_generated));
  object.require("seed");
  object.read("seed", seed);
  object.refuse_unknown();
  return generate_contacts(count, seed);
}

Sequence read_sequence(const json &value, const std::string &path) {
  JsonObject object(value, path);
  Sequence sequence;
  object.require("id");
  object.read("id", sequence.id);
  if (sequence.id.empty() || sequence.id == "." || sequence.id == "..") {
    object.fail("id", "must not be empty, \".\" or \"..\"");
  }
  const json *generator = object.find("generate");
  const json *contacts = object.find("contacts");
  if ((generator == nullptr) == (contacts == nullptr)) {
    object.fail("contacts", "give either a list of contacts or \"generate\"");
  }
  if (generator != nullptr) {
    sequence.contacts = read_generator(*generator, object.place("generate"));
  } else {
    const json &list = require_list(object, "contacts");
    for (size_t i = 0; i < list.size(); ++i) {
      const auto uuid =
          list[i].is_string() ? parse_uuid(list[i].get_ref<const std::string &>()) : std::nullopt;
      if (!uuid) object.fail(indexed("contacts", i), "must be a UUID");
      sequence.contacts.push_back(*uuid);
    }
  }
  object.refuse_unknown();
  return sequence;
}

// Ids and keys are names, so each may appear only once; a scope may name only what exists.
void check_references(const Data &data) {
  std::unordered_set<std::string> ids;
  for (size_t i = 0; i < data.sequences.size(); ++i) {
    if (!ids.insert(data.sequences[i].id).second)
      throw DataError(indexed("sequences", i) + ".id: appears twice");
  }
  std::unordered_set<std::string> keys;
  for (size_t i = 0; i < data.keys.size(); ++i) {
    const Key &key = data.keys[i];
    if (!keys.insert(key.key).second) throw DataError(indexed("keys", i) + ".key: appears twice");
    if (!key.sequences) continue;
    for (size_t k = 0; k < key.sequences->size(); ++k) {
      if (!ids.contains((*key.sequences)[k])) {
        throw DataError(indexed("keys", i) + "." + indexed("sequences", k) + ": there is no such sequence");
      }
    }
  }
}

}  // namespace

uint32_t requests_per_minute(Plan plan) {
  return plan == Plan::expert ? 1000 : 100;
}

std::string Data::usable_key() const {
  for (const Key &key : keys) {
    if (key.status == KeyStatus::active && key.plan != Plan::free) return key.key;
  }
  return {};
}

std::vector<Uuid> generate_contacts(uint32_t count, uint64_t seed) {
  Random random(seed);
  std::vector<Uuid> contacts(count);
  for (Uuid &contact : contacts) contact = next_uuid(random);
  return contacts;
}

Data parse_data(std::string_view text) {
  json root;
  try {
    root = json::parse(text);
  } catch (const json::parse_error &error) {
    // The library's own message quotes the input, which may hold a key.
    throw DataError("not valid JSON at byte " + std::to_string(error.byte));
  }
  JsonObject object(root, "");
  Data data;
  const json &keys = require_list(object, "keys");
  for (size_t i = 0; i < keys.size(); ++i) data.keys.push_back(read_key(keys[i], indexed("keys", i)));
  const json &sequences = require_list(object, "sequences");
  for (size_t i = 0; i < sequences.size(); ++i) {
    data.sequences.push_back(read_sequence(sequences[i], indexed("sequences", i)));
  }
  if (const json *switches = object.find("switches")) {
    JsonObject members(*switches, "switches");
    read_switches(members, data.switches);
  }
  object.refuse_unknown();
  check_references(data);
  return data;
}

}  // namespace skipcall::sandbox
