#include "sandbox/data.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"

using namespace skipcall::sandbox;
using nlohmann::json;

namespace {

json valid() {
  return json::parse(R"({
    "keys": [{"key": "sk_test_free", "plan": "FREE"},
             {"key": "sk_test_gone", "plan": "EXPERT", "status": "revoked"},
             {"key": "sk_test_a", "plan": "INTERMÉDIAIRE", "status": "active", "sequences": ["A"]}],
    "sequences": [{"id": "A", "contacts": ["123e4567-E89B-12d3-a456-426614174000"]},
                  {"id": "é /", "generate": {"count": 3, "seed": 9}}],
    "switches": {"limit": 5}})");
}

std::string problem(const std::string &text) {
  try {
    parse_data(text);
    return "";
  } catch (const DataError &error) {
    return error.what();
  }
}

// The valid file with another value at one place; null removes the member.
std::string changed(const char *place, json value) {
  json root = valid();
  const json::json_pointer pointer(place);
  if (value.is_null()) {
    root[pointer.parent_pointer()].erase(pointer.back());
  } else {
    root[pointer] = std::move(value);
  }
  return problem(root.dump());
}

}  // namespace

TEST_CASE("a data file gives keys, sequences and switches") {
  const Data data = parse_data(valid().dump());
  REQUIRE(data.keys.size() == 3);
  CHECK(data.keys[0].plan == Plan::free);
  CHECK_FALSE(data.keys[0].sequences);
  CHECK(data.keys[1].status == KeyStatus::revoked);
  CHECK(data.keys[2].plan == Plan::intermediaire);
  CHECK(data.keys[2].sequences == std::vector<std::string>{"A"});
  CHECK(data.usable_key() == "sk_test_a");
  REQUIRE(data.sequences.size() == 2);
  CHECK(format_uuid(data.sequences[0].contacts.at(0)) == "123e4567-e89b-12d3-a456-426614174000");
  CHECK(data.sequences[1].id == "é /");
  CHECK(data.sequences[1].contacts == generate_contacts(3, 9));
  CHECK(data.switches.limit == 5);
  CHECK(problem(R"({"keys":[],"sequences":[]})").empty());
}

TEST_CASE("a bad data file is an error that names the place") {
  CHECK(problem("{") == "not valid JSON at byte 2");
  CHECK(problem("[]") == "the file: must be an object");
  CHECK(changed("/keys", nullptr) == "keys: is missing");
  CHECK(changed("/sequences", 1) == "sequences: must be a list");
  CHECK(changed("/other", 1) == "other: is not a known member");
  CHECK(changed("/keys/0", "sk_test_a") == "keys[0]: must be an object");
  CHECK(changed("/keys/0/key", nullptr) == "keys[0].key: is missing");
  CHECK(changed("/keys/0/key", "abc") == "keys[0].key: must begin with sk_test_");
  CHECK(changed("/keys/0/key", "sk_test_") == "keys[0].key: must begin with sk_test_");
  CHECK(changed("/keys/0/key", "sk_test_a b") == "keys[0].key: may hold visible ASCII characters only");
  CHECK(changed("/keys/0/key", "sk_test_a") == "keys[2].key: appears twice");
  CHECK(changed("/keys/0/plan", nullptr) == "keys[0].plan: is missing");
  CHECK(changed("/keys/0/plan", "GOLD") ==
        "keys[0].plan: must be one of: STARTER, INTERMÉDIAIRE, EXPERT, FREE");
  CHECK(changed("/keys/0/status", "off") ==
        "keys[0].status: must be one of: active, no-subscription, revoked");
  CHECK(changed("/keys/0/scope", "*") == "keys[0].scope: is not a known member");
  CHECK(changed("/keys/2/sequences", "A") == "keys[2].sequences: must be a list");
  CHECK(changed("/keys/2/sequences/0", 1) == "keys[2].sequences[0]: must be a sequence's id");
  CHECK(changed("/keys/2/sequences/0", "B") == "keys[2].sequences[0]: there is no such sequence");
  CHECK(changed("/sequences/0/id", "") == "sequences[0].id: must not be empty, \".\" or \"..\"");
  CHECK(changed("/sequences/0/id", "é /") == "sequences[1].id: appears twice");
  CHECK(changed("/sequences/0/contacts", nullptr).find("sequences[0].contacts: give either") == 0);
  CHECK(changed("/sequences/1/contacts", json::array()).find("sequences[1].contacts: give either") == 0);
  CHECK(changed("/sequences/0/contacts/0", "x") == "sequences[0].contacts[0]: must be a UUID");
  CHECK(changed("/sequences/1/generate/seed", nullptr) == "sequences[1].generate.seed: is missing");
  CHECK(changed("/sequences/1/generate/count", 5'000'001) ==
        "sequences[1].generate.count: must be at most 5000000");
  CHECK(changed("/sequences/1/generate/sed", 1) == "sequences[1].generate.sed: is not a known member");
  CHECK(changed("/switches/limit", "5") == "switches.limit: must be a whole number, 0 or more");
}

TEST_CASE("a live key in a data file is refused without being repeated") {
  const std::string text = changed("/keys/0/key", "sk_live_secret");
  CHECK(text.find("is a live key") != std::string::npos);
  CHECK(text.find("secret") == std::string::npos);
  CHECK(problem(R"({"keys":[{"key":"sk_live_secret)").find("secret") == std::string::npos);
}

TEST_CASE("plans have the documented limits") {
  CHECK(requests_per_minute(Plan::starter) == 100);
  CHECK(requests_per_minute(Plan::intermediaire) == 100);
  CHECK(requests_per_minute(Plan::expert) == 1000);
}

TEST_CASE("generated contacts follow from the seed") {
  CHECK(generate_contacts(5, 1) == generate_contacts(5, 1));
  CHECK(generate_contacts(5, 1) != generate_contacts(5, 2));
  CHECK(generate_contacts(0, 1).empty());
}
