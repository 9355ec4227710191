#include "new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "catch.hpp"
#include "temporary_directory.hpp"

using namespace skipcall::host;
namespace fs = std::filesystem;

static bool write_text(const NewFile &file, std::string_view text) {
  return write_all(file.descriptor().get(), {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
}

static std::string text_of(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

static auto files_in(const fs::path &folder) {
  return std::distance(fs::directory_iterator(folder), {});
}

// Writes half a file in a process that is then killed.
static void write_and_be_killed(const fs::path &path, NewFile::Kind kind) {
  const pid_t child = ::fork();
  if (child == 0) {
    const NewFile file(path, kind);
    write_text(file, "half");
    ::raise(SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
}

TEST_CASE("a new file appears whole or not at all") {
  const auto kind = GENERATE(NewFile::Kind::unnamed, NewFile::Kind::hidden);
  const TemporaryDirectory place;
  const fs::path path = place.path() / "file";
  {
    const NewFile file(path, kind);
    REQUIRE(write_text(file, "given up"));
  }
  CHECK(files_in(place.path()) == 0);
  {
    NewFile file(path, kind);
    REQUIRE(write_text(file, "whole"));
    CHECK_FALSE(fs::exists(path));
    CHECK(file.publish());
  }
  CHECK(text_of(path) == "whole");
  CHECK(files_in(place.path()) == 1);
  struct stat about{};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);

  NewFile another(path, kind);
  REQUIRE(write_text(another, "another"));
  CHECK_FALSE(another.publish());
  CHECK(errno == EEXIST);
  CHECK(text_of(path) == "whole");
}

TEST_CASE("nothing is left of a process that was killed") {
  const TemporaryDirectory place;
  const fs::path path = place.path() / "file";
  SECTION("at once") {
    write_and_be_killed(path, NewFile::Kind::unnamed);
    CHECK(files_in(place.path()) == 0);
  }
  SECTION("after the next file, if the file system has no unnamed ones") {
    const NewFile still_written(path, NewFile::Kind::hidden);
    const std::ofstream other(place.path() / ".skipcall-notes");
    write_and_be_killed(path, NewFile::Kind::hidden);
    CHECK(files_in(place.path()) == 3);
    {
      const NewFile next(path, NewFile::Kind::hidden);
    }
    CHECK(files_in(place.path()) == 2);
  }
}

TEST_CASE("a folder that is missing is an error") {
  const TemporaryDirectory place;
  CHECK_FALSE(NewFile(place.path() / "missing" / "file").descriptor());
  CHECK(errno == ENOENT);
}
