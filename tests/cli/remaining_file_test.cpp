#include "remaining_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "failure.hpp"

using namespace skipcall::cli;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() : path(fs::temp_directory_path() / ("skipcall-remaining-test-" + std::to_string(::getpid()))) {
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

std::string content(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

size_t files_in(const fs::path &path) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(path), {}));
}

}  // namespace

TEST_CASE("the remaining contacts are those that the result names, or the input if it names too few") {
  const auto result = [](unsigned unknown, unsigned unsent, const std::string &removals) {
    return nlohmann::json::parse(R"({"unknown":)" + std::to_string(unknown) + R"(,"unsent":)" +
                                 std::to_string(unsent) + R"(,"remaining":{"removals":[)" + removals + "]}}");
  };
  const std::string one = R"({"contactIds":["a"]})", two = R"({"contactIds":["b","c"]})";
  CHECK(remaining_text(result(0, 0, ""), "input").empty());
  CHECK(remaining_text(result(1, 2, one + "," + two), "input") ==
        R"({"removals":[)" + one + "," + two + "]}\n");
  CHECK(remaining_text(result(1, 3, one + "," + two), "input") == "input\n");
  CHECK(remaining_text(result(0, 5, ""), "input") == "input\n");
}

TEST_CASE("a whole file is written, for its owner only, and nothing is left beside it") {
  const Folder folder;
  const fs::path file = folder.path / "remaining.json";
  const std::string text(1 << 20, 'x');
  write_whole_file(file, text);
  CHECK_THROWS_AS(write_whole_file(file, "another run's"), HostFailure);
  CHECK(content(file) == text);
  CHECK(files_in(folder.path) == 1);
  struct stat status{};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a file that cannot be written is reported, and nothing is left") {
  const Folder folder;
  CHECK_THROWS_AS(write_whole_file(folder.path / "missing" / "x", "y"), HostFailure);
  fs::create_directories(folder.path / "folder" / "full");
  CHECK_THROWS_AS(write_whole_file(folder.path / "folder", "y"), HostFailure);
  CHECK(files_in(folder.path) == 1);
}

TEST_CASE("the file goes where the option says, else into the working directory, else elsewhere") {
  const Folder folder;
  CHECK(write_remaining(folder.path / "named.json", {}, "a") == folder.path / "named.json");
  CHECK(content(folder.path / "named.json") == "a");

  const fs::path before = fs::current_path();
  fs::current_path(folder.path);
  const fs::path here = write_remaining("", {}, "b");
  CHECK(content(folder.path / here) == "b");

  fs::create_directories(folder.path / "gone");
  fs::current_path(folder.path / "gone");
  fs::remove(folder.path / "gone");
  const fs::path elsewhere = write_remaining("", folder.path / "state", "c");
  CHECK(elsewhere.parent_path() == folder.path / "state");
  CHECK(content(elsewhere) == "c");
  CHECK_THROWS_AS(write_remaining("", {}, "d"), HostFailure);
  fs::current_path(before);
}
