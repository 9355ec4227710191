// The example files go with the built-in data set.
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "sandbox/api.hpp"

using namespace skipcall::sandbox;

namespace {

std::string read_example(const char *name) {
  std::ifstream file(std::string(SKIPCALL_SOURCE_DIR) + "/examples/" + name, std::ios::binary);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string lower(std::string text) {
  for (char &c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

using Removals = std::map<std::string, std::set<std::string>>;

}  // namespace

TEST_CASE("contacts.csv asks for contacts of every generated sequence, some twice, some absent") {
  std::istringstream lines(read_example("contacts.csv"));
  std::string line;
  std::getline(lines, line);
  CHECK(line == "sequenceId,contactId,name");
  Removals removals;
  size_t rows = 0;
  size_t upper = 0;
  while (std::getline(lines, line)) {
    ++rows;
    const size_t comma = line.find(',');
    const std::string contact = line.substr(comma + 1, 36);
    REQUIRE(parse_uuid(contact));
    if (contact != lower(contact)) ++upper;
    removals[line.substr(0, comma)].insert(lower(contact));
  }
  CHECK(rows == 2930);
  CHECK(upper > 100);

  const Api api;
  CHECK(removals.size() == default_data().sequences.size() - 1);  // spring is the READMEs'
  size_t unique = 0;
  size_t present = 0;
  for (const auto &[sequence, contacts] : removals) {
    CAPTURE(sequence);
    CHECK(api.contacts_in(sequence) > contacts.size() - 12);
    unique += contacts.size();
    for (const std::string &contact : contacts) present += api.is_in_sequence(sequence, contact) ? 1 : 0;
  }
  CHECK(unique == 2880);
  CHECK(present == 2820);

  const nlohmann::json document = nlohmann::json::parse(read_example("contacts.json"));
  Removals same;
  size_t ids = 0;
  for (const auto &removal : document["removals"]) {
    for (const auto &contact : removal["contactIds"]) {
      same[removal["sequenceId"]].insert(lower(contact));
      ++ids;
    }
  }
  CHECK(ids == rows);
  CHECK(same == removals);
}

TEST_CASE("the built-in data set is examples/sandbox.json") {
  const Data data = parse_data(read_example("sandbox.json"));
  CHECK(data.usable_key() == "sk_test_expert");
  CHECK(default_data().keys.size() == data.keys.size());
  REQUIRE(default_data().sequences.size() == data.sequences.size());
  for (size_t i = 0; i < data.sequences.size(); ++i) {
    CHECK(default_data().sequences[i].id == data.sequences[i].id);
    CHECK(default_data().sequences[i].contacts == data.sequences[i].contacts);
  }
}
