#include "remove_options.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "contact_list_text.hpp"
#include "failure.hpp"

using namespace skipcall::cli;
using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::json;

namespace {

RemoveOptions parse(std::vector<std::string> arguments) {
  CLI::App app;
  RemoveOptions options;
  declare_remove_options(app, options);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  return options;
}

std::string file(const std::string &name, const std::string &text) {
  const auto path = std::filesystem::temp_directory_path() / ("skipcall-options-test-" + name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

}  // namespace

TEST_CASE("files and ids of the command line are merged in order") {
  const std::string lines = file("a.txt", "1\n2\n");
  const std::string csv = file("b.csv", "contactId\n3\n");
  const ContactList list = read_contacts(parse({lines, csv, "--sequence", "S", "--id", "4", "5"}));
  CHECK(list_text(list) == "\"S\": \"1\"@" + lines + ":1 \"2\"@" + lines + ":2 \"3\"@" + csv +
                               ":2 \"4\"@--id 1 " + "\"5\"@--id 2");
}

TEST_CASE("missing or contradictory arguments are bad input") {
  const std::string json = file("c.json", R"({"sequenceId":"A","contactIds":["1"]})");
  CHECK_THROWS_WITH(read_contacts(parse({})), ContainsSubstring("no input"));
  CHECK_THROWS_WITH(read_contacts(parse({"--id", "x"})), ContainsSubstring("--id needs --sequence"));
  CHECK_THROWS_WITH(read_contacts(parse({json, "--sequence", "S"})),
                    ContainsSubstring("names its own sequences"));
  // What is wrong with the file comes first.
  for (const char *text : {R"({"data":[]})", "null", R"("x")", "contactId\n"}) {
    CHECK_THROWS_WITH(read_contacts(parse({file("other.json", text), "--sequence", "S"})),
                      !ContainsSubstring("names its own sequences"));
  }
  CHECK_THROWS_WITH(read_contacts(parse({"-", "-"})), ContainsSubstring("only once"));
  CHECK_THROWS_WITH(read_contacts(parse({"--id", "x", "--sequence", "\xFF"})), ContainsSubstring("UTF-8"));
  CHECK_THROWS_AS(parse({"--format", "xml"}), CLI::ParseError);
  CHECK_THROWS_AS(parse({"--sandbox-data", "x"}), CLI::ParseError);
  CHECK_THROWS_WITH(check_ranges(parse({"--max", "-1"}), Json::object()),
                    ContainsSubstring("--max must be 0"));
}

TEST_CASE("a resumed run takes no argument that its journal decides") {
  const std::vector<std::vector<std::string>> decided = {{"--sequence", "S"},
                                                         {"--id", "x"},
                                                         {"--format", "csv"},
                                                         {"--columns", "contact=x"},
                                                         {"--skip-invalid"},
                                                         {"--dry-run"},
                                                         {"--sandbox"},
                                                         {"--concurrency", "2"},
                                                         {"--batch-size", "10"},
                                                         {"--max-attempts", "3"},
                                                         {"--leave-remaining", "0"},
                                                         {"--timeout", "10"},
                                                         {"--max-stall", "0"},
                                                         {"--max-duration", "9"},
                                                         {"--journal", "other.file"}};
  for (std::vector<std::string> arguments : decided) {
    const std::string name = arguments.front();
    CHECK_NOTHROW(check_resume(parse(arguments)));
    arguments.insert(arguments.end(), {"--resume", "x.journal"});
    CHECK_THROWS_WITH(check_resume(parse(arguments)), ContainsSubstring("it takes no " + name));
  }
  CHECK_THROWS_WITH(check_resume(parse({"-", "--resume", "x.journal"})),
                    ContainsSubstring("it takes no files"));
  CHECK_NOTHROW(check_resume(parse({"--resume", "x.journal", "--yes", "--max", "5", "--json", "--verbose",
                                    "--remaining", "x.json", "--module", "x.wasm"})));
}

TEST_CASE("--format overrules the file's name") {
  const std::string path = file("d.csv", "1,2\n");
  CHECK(list_text(read_contacts(parse({path, "--format", "lines", "--sequence", "S"}))) ==
        "\"S\": \"1,2\"@" + path + ":1");
}

TEST_CASE("options of the command line override those of the input, others are the action's defaults") {
  CHECK(action_options(parse({}), Json::object()) == Json::object());
  CHECK(action_options(parse({"--concurrency", "2", "--batch-size", "10", "--max-attempts", "3",
                              "--leave-remaining", "0", "--timeout", "10", "--max-stall", "0",
                              "--max-duration", "2m", "--skip-invalid", "--dry-run"}),
                       Json::object()) ==
        Json::parse(
            R"({"concurrency":2,"batchSize":10,"maxAttempts":3,"leaveRemaining":0,"requestTimeoutMs":10000,
                        "maxStallMs":0,"maxDurationMs":120000,"onInvalid":"skip","dryRun":true})"));
  CHECK(action_options(parse({"--concurrency", "2"}), {{"concurrency", 9}, {"batchSize", 7}}) ==
        Json::parse(R"({"concurrency":2,"batchSize":7})"));
  CHECK(action_options(parse({"--concurrency", "-2"}), Json::object()) ==
        Json::parse(R"({"concurrency":-2})"));
  std::ifstream file(SKIPCALL_SOURCE_DIR "/plugin-manifest/remove_contacts.manifest.json");
  const Json manifest = Json::parse(file);
  for (const auto &[option, value, text] :
       std::vector<std::array<std::string, 3>>{{"--concurrency", "0", "from 1 to 32"},
                                               {"--batch-size", "101", "from 1 to 100"},
                                               {"--max-attempts", "21", "from 1 to 20"},
                                               {"--leave-remaining", "-1", "from 0 to 1000000"},
                                               {"--timeout", "500ms", "from 1s to 10m"},
                                               {"--max-stall", "25h", "from 0s to 24h"},
                                               {"--max-duration", "0", "from 1s to 24h"}}) {
    CHECK_THROWS_WITH(check_ranges(parse({option, value}), manifest),
                      ContainsSubstring(option + " must be " + text));
  }
  CHECK_NOTHROW(check_ranges(parse({"--concurrency", "32", "--timeout", "10m"}), manifest));
  CHECK_THROWS_WITH(action_options(parse({"--timeout", "soon"}), Json::object()),
                    ContainsSubstring("--timeout"));
}
