// The cases of apps/contact-files, which the playground also passes.
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "characters.hpp"
#include "contact_input.hpp"
#include "failure.hpp"

using namespace skipcall::cli;
using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::json;

namespace {

// ID1 to ID9 stand for ids.
std::string with_ids(std::string text) {
  for (size_t at = text.find("ID"); at != text.npos; at = text.find("ID", at + 1)) {
    if (at + 2 >= text.size() || text[at + 2] < '1' || text[at + 2] > '9') continue;
    text.replace(at, 3, std::string("00000000-0000-4000-8000-00000000000") + text[at + 2]);
  }
  return text;
}

std::string latin1(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    const Character character = first_character(text);
    bytes += static_cast<char>(character.code);
    text.remove_prefix(character.size);
  }
  return bytes;
}

// The result of reading a case, in the form of its "expect".
Json read(const Json &a_case) {
  const std::string text = with_ids(a_case.at("text"));
  const InputText input = text_input(a_case.value("file", "contacts.csv"),
                                     a_case.value("encoding", "") == "latin1" ? latin1(text) : text);
  ColumnNames columns;
  if (a_case.contains("columns")) {
    columns = {a_case["columns"].value("sequence", ""), a_case["columns"].value("contact", "")};
  }
  const std::string sequence = checked_sequence(a_case.value("sequence", ""), "--sequence");
  ContactList list;
  read_contact_input(input, InputFormat::automatic, columns, sequence, list);
  Json read{{"unused", Json::array()}, {"removals", Json::array()}};
  for (const FileColumns &file : list.columns()) {
    read["contact"] = file.contact;
    if (!file.sequence.empty()) read["sequence"] = file.sequence;
    read["unused"] = file.unused;
  }
  for (const ContactGroup &group : list.groups()) {
    read["removals"].push_back({{"sequenceId", group.sequence}, {"contactIds", group.contacts}});
  }
  // Bytes that are not UTF-8 become U+FFFD.
  return Json::parse(read.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

TEST_CASE("files are read as the cases say") {
  std::ifstream file(SKIPCALL_SOURCE_DIR "/apps/contact-files/cases.json");
  const Json cases = Json::parse(file);
  REQUIRE(cases.size() > 100);
  for (const Json &a_case : cases) {
    INFO(a_case.dump(-1, ' ', true));
    Json expect = Json::parse(with_ids(a_case.at("expect").dump()));
    std::string got, refusal, kind;
    try {
      got = read(a_case).dump();
    } catch (const BadInput &error) {
      refusal = error.what();
      kind = error.kind();
    }
    INFO(got << refusal);
    if (!expect.contains("refused")) {
      CHECK(got == expect.dump());
      continue;
    }
    CHECK(kind == expect["refused"].get<std::string>());
    CHECK_THAT(refusal, ContainsSubstring(expect.value("code", "")));
    if (expect.contains("line")) CHECK_THAT(refusal, ContainsSubstring(":" + expect["line"].dump() + ": "));
    if (expect.contains("proposes")) {
      const bool proposes = kind == "no-sequence" && refusal.find("with --sequence") != refusal.npos;
      CHECK(proposes == expect["proposes"].get<bool>());
    }
  }
}
