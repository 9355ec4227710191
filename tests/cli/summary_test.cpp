#include "summary.hpp"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "catch.hpp"
#include "wording.hpp"

using namespace skipcall::cli;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

SummaryContext context_of(const nlohmann::json &described) {
  SummaryContext context;
  context.server = "https://api.example";
  context.sandbox = described.value("sandbox", false);
  context.remaining_file = described.value("remainingFile", "");
  context.all_invalid = described.value("verbose", false);
  context.now_ms = parse_utc("2026-01-01T12:00:00Z");
  for (const auto &id : described.value("invalid", nlohmann::json::array())) {
    context.invalid.push_back({id.value("place", ""), id.value("reason", ""), id.value("isSequence", false)});
  }
  return context;
}

}  // namespace

// Each NAME.json of golden/summary holds a result and what else the summary needs; NAME.txt is what it
// prints. SKIPCALL_RECORD=1 rewrites the texts.
TEST_CASE("results are reported in words") {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const bool record = std::getenv("SKIPCALL_RECORD") != nullptr;
  size_t cases = 0;
  for (const auto &entry : fs::directory_iterator(SKIPCALL_SOURCE_DIR "/tests/cli/golden/summary")) {
    if (entry.path().extension() != ".json") continue;
    ++cases;
    INFO(entry.path().filename().string());
    const auto described = nlohmann::json::parse(content(entry.path()));
    const std::string text = summary_text(described["result"], context_of(described), Colours());
    const fs::path expected = fs::path(entry.path()).replace_extension(".txt");
    if (record) std::ofstream(expected, std::ios::binary) << text;
    CHECK(text == content(expected));
  }
  CHECK(cases >= 8);
}

TEST_CASE("the first word is coloured only on request") {
  const nlohmann::json result = {{"status", "completed"}, {"unique", 1}, {"requests", 1}};
  CHECK(summary_text(result, {}, Colours(true)).starts_with("\x1b[32mDone: \x1b[0m"));
  CHECK(summary_text(result, {}, Colours()).starts_with("Done: "));
}

TEST_CASE("a result in another form is an error, not a summary") {
  CHECK_THROWS_AS(summary_text({{"status", 5}}, {}, Colours()), nlohmann::json::exception);
  CHECK_THROWS_AS(summary_text({{"status", "partial"}, {"unique", "x"}}, {}, Colours()),
                  nlohmann::json::exception);
}

TEST_CASE("invalid ids come with the column that they were read from") {
  SummaryContext context;
  context.columns = {{"a.csv", "ID", "", {"skipcall_id"}}, {"b.csv", "contactId", "", {}}};
  context.invalid = {{"a.csv:2", "not-a-uuid", false, "", "", "a.csv", 2},
                     {"b.csv:2", "not-text", true, "", "", "b.csv", 2}};
  const std::string text = summary_text({{"status", "failed"}, {"invalid", 2}}, context, Colours());
  CHECK_THAT(text, ContainsSubstring("the ids of a.csv are from the column \"ID\"; --columns contact=NAME"));
  CHECK_THAT(text, !ContainsSubstring("the ids of b.csv"));
  CHECK_THAT(text, ContainsSubstring("b.csv:2: the sequence id is not text; put it in quotation marks"));
}

TEST_CASE("at most twenty invalid ids are listed, unless all are asked for") {
  SummaryContext context;
  for (int i = 1; i <= 25; ++i) context.invalid.push_back({"f:" + std::to_string(i), "not-a-uuid", false});
  const nlohmann::json result = {{"status", "failed"}};
  CHECK(summary_text(result, context, Colours()).find("and 5 more; --verbose names all") !=
        std::string::npos);
  CHECK(summary_text(result, context, Colours()).find("f:21") == std::string::npos);
  context.all_invalid = true;
  CHECK(summary_text(result, context, Colours()).find("f:25: is not a UUID") != std::string::npos);
}
