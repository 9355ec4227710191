#include "environment.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "failure.hpp"
#include "process_safety.hpp"

using namespace skipcall::cli;
using Catch::Matchers::ContainsSubstring;

namespace {

// Sets the two variables of the key for the life of a test.
struct KeyVariables {
  KeyVariables(const char *key, const char *file) {
    key == nullptr ? ::unsetenv("SKIPCALL_API_KEY") : ::setenv("SKIPCALL_API_KEY", key, 1);
    file == nullptr ? ::unsetenv("SKIPCALL_API_KEY_FILE") : ::setenv("SKIPCALL_API_KEY_FILE", file, 1);
  }
  ~KeyVariables() {
    ::unsetenv("SKIPCALL_API_KEY");
    ::unsetenv("SKIPCALL_API_KEY_FILE");
  }
};

std::string key_file(const std::string &text, mode_t mode) {
  const auto path = std::filesystem::temp_directory_path() / "skipcall-environment-test";
  std::ofstream(path, std::ios::binary) << text;
  ::chmod(path.c_str(), mode);
  return path;
}

}  // namespace

TEST_CASE("the kind of a key is its beginning") {
  CHECK(key_kind("sk_live_x") == KeyKind::live);
  CHECK(key_kind("sk_test_x") == KeyKind::test);
  CHECK(key_kind("SK_LIVE_x") == KeyKind::other);
  CHECK(key_kind("") == KeyKind::other);
}

TEST_CASE("the key comes from the variable, trimmed") {
  const KeyVariables set(" sk_test_a\n", nullptr);
  CHECK(read_api_key().reveal() == "sk_test_a");
  CHECK(std::getenv("SKIPCALL_API_KEY") == nullptr);
}

TEST_CASE("without a key there is an empty one") {
  CHECK(read_api_key().empty());
  const KeyVariables set("", "");
  CHECK(read_api_key().empty());
}

TEST_CASE("the key comes from a file that only its owner and group read") {
  const std::string file = key_file("sk_test_b\r\n", 0640);
  const KeyVariables set(nullptr, file.c_str());
  CHECK(read_api_key().reveal() == "sk_test_b");
}

TEST_CASE("a key file that cannot be trusted is refused, and no message repeats the key") {
  const std::string key = "sk_test_secret";
  const auto message = [&](const std::string &file) {
    const KeyVariables set(nullptr, file.c_str());
    try {
      read_api_key();
    } catch (const BadInput &error) {
      CHECK(std::string(error.what()).find(key) == std::string::npos);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK_THAT(message(key_file(key, 0604)), ContainsSubstring("chmod 600"));
  CHECK_THAT(message(key_file(" \n", 0600)), ContainsSubstring("is empty"));
  CHECK_THAT(message(key_file(std::string(5000, 'a'), 0600)), ContainsSubstring("too large"));
  CHECK_THAT(message("/nonexistent/key"), ContainsSubstring("cannot be opened"));
  CHECK_THAT(message("/"), ContainsSubstring("is a directory"));
}

TEST_CASE("two keys are one too many") {
  const KeyVariables set("sk_test_a", "/nonexistent");
  CHECK_THROWS_WITH(read_api_key(), ContainsSubstring("both SKIPCALL_API_KEY and SKIPCALL_API_KEY_FILE"));
}

TEST_CASE("a key is removed from the environment once it has been read") {
  ::setenv("OTHER_KEY", "secret-value", 1);
  const char *place = std::getenv("OTHER_KEY");
  CHECK(read_key_variable("OTHER_KEY").reveal() == "secret-value");
  CHECK(std::getenv("OTHER_KEY") == nullptr);
  CHECK(*place == '\0');
  CHECK_THROWS_WITH(read_key_variable("OTHER_KEY"), ContainsSubstring("OTHER_KEY is not set"));
}

TEST_CASE("the server is the variable's, or else Skipcall's") {
  ::unsetenv("SKIPCALL_BASE_URL");
  CHECK(read_base_url() == "https://api-public.skipcall.app");
  ::setenv("SKIPCALL_BASE_URL", "https://other\n", 1);
  CHECK(read_base_url() == "https://other");
  ::unsetenv("SKIPCALL_BASE_URL");
}

TEST_CASE("the state folder is an absolute path") {
  ::setenv("HOME", "/people/x", 1);
  ::setenv("XDG_STATE_HOME", "/state", 1);
  CHECK(state_directory() == "/state/skipcall");
  ::setenv("XDG_STATE_HOME", "state", 1);
  CHECK(state_directory() == "/people/x/.local/state/skipcall");
  ::setenv("HOME", "x", 1);
  CHECK(state_directory().empty());
  ::unsetenv("XDG_STATE_HOME");
  CHECK_THAT(state_directory_problem(), ContainsSubstring("absolute"));
}

TEST_CASE("other processes cannot read this one's memory") {
  protect_memory();
#ifndef SKIPCALL_SANITIZED
  CHECK(::prctl(PR_GET_DUMPABLE) == 0);
#endif
  rlimit core{1, 1};
  ::getrlimit(RLIMIT_CORE, &core);
  CHECK(core.rlim_cur == 0);
}
