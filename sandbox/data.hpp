// What the sandbox knows when it starts: keys, sequences with their contacts, and switches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/json_object.hpp"  // DataError
#include "sandbox/switches.hpp"
#include "sandbox/uuid.hpp"

namespace skipcall::sandbox {

// The plans of the API document, and one without API access.
enum class Plan { starter, intermediaire, expert, free };

// Requests per minute (API document, Rate Limiting). A plan without API access is counted like the smallest.
uint32_t requests_per_minute(Plan plan);

enum class KeyStatus { active, no_subscription, revoked };

// An API key. `sequences`: the ids it may access; nothing set: all of them.
struct Key {
  std::string key;  // sk_test_…
  Plan plan = Plan::expert;
  KeyStatus status = KeyStatus::active;
  std::optional<std::vector<std::string>> sequences;
};

// A sequence: its id, which is any non-empty UTF-8 string except "." and "..", and its contacts.
struct Sequence {
  std::string id;
  std::vector<Uuid> contacts;
};

struct Data {
  std::vector<Key> keys;
  std::vector<Sequence> sequences;
  Switches switches;

  // The first key that is active, with a plan that has API access; empty if there is none.
  std::string usable_key() const;
};

// `count` different contacts; the same everywhere for the same seed.
std::vector<Uuid> generate_contacts(uint32_t count, uint64_t seed);

// Reads a data file (its form: README.md). Throws DataError, which names the member at fault, never a key.
Data parse_data(std::string_view json);

// The built-in data set: examples/sandbox.json, which goes with examples/contacts.csv.
const Data &default_data();

}  // namespace skipcall::sandbox
