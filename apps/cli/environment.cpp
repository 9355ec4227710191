#include "environment.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "characters.hpp"
#include "failure.hpp"
#include "file_descriptor.hpp"
#include "process_safety.hpp"

namespace skipcall::cli {
namespace {

// An empty variable counts as not set, as in most tools.
const char *variable(const std::string &name) {
  const char *value = std::getenv(name.c_str());
  return value == nullptr || *value == '\0' ? nullptr : value;
}

// The value of a variable, which is removed.
host::SecretString take_key(const std::string &name) {
  std::string value = take_variable(name);
  host::SecretString key(trimmed(value));
  host::SecretString::wipe(value);
  return key;
}

const char *absolute_path(const char *name) {
  const char *path = variable(name);
  return path != nullptr && *path == '/' ? path : nullptr;
}

}  // namespace

KeyKind key_kind(std::string_view key) {
  if (key.starts_with("sk_live_")) return KeyKind::live;
  if (key.starts_with("sk_test_")) return KeyKind::test;
  return KeyKind::other;
}

std::string key_kind_text(KeyKind kind) {
  switch (kind) {
    case KeyKind::live:
      return "live key";
    case KeyKind::test:
      return "test key";
    case KeyKind::other:
      break;
  }
  return "key of an unknown kind";
}

host::SecretString read_key_file(const std::string &name, const std::string &path) {
  const std::string what = name.empty() ? path : name + " (" + path + ")";
  const host::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) {
    throw BadInput(what + ": cannot be opened: " + std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) throw BadInput(what + ": is a directory");
  if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
    throw BadInput(what + ": other users can read it; run chmod 600 " + path);
  }
  std::array<char, 4096> buffer{};
  size_t size = 0;
  ssize_t got = 1;
  while (got > 0 && size < buffer.size()) {
    got = ::read(file.get(), buffer.data() + size, buffer.size() - size);
    if (got > 0) size += static_cast<size_t>(got);
  }
  const int error = errno;
  host::SecretString key(trimmed(std::string_view(buffer.data(), size)));
  ::explicit_bzero(buffer.data(), buffer.size());
  if (got < 0) throw BadInput(what + ": cannot be read: " + std::strerror(error));
  if (size == buffer.size()) throw BadInput(what + ": is too large for a key");
  if (key.empty()) throw BadInput(what + ": is empty");
  return key;
}

host::SecretString read_api_key() {
  const char *file = variable("SKIPCALL_API_KEY_FILE");
  const std::string path = file == nullptr ? "" : file;
  host::SecretString key = take_key("SKIPCALL_API_KEY");
  if (!key.empty() && !path.empty()) {
    throw BadInput("both SKIPCALL_API_KEY and SKIPCALL_API_KEY_FILE are set; keep one of them");
  }
  return path.empty() ? std::move(key) : read_key_file("SKIPCALL_API_KEY_FILE", path);
}

host::SecretString read_key_variable(const std::string &name) {
  host::SecretString key = take_key(name);
  if (key.empty()) throw BadInput("the variable " + name + " is not set");
  return key;
}

std::string read_base_url() {
  const char *url = variable("SKIPCALL_BASE_URL");
  return url == nullptr ? SKIPCALL_PRODUCTION_URL : std::string(trimmed(url));
}

std::filesystem::path state_directory() {
  if (const char *state = absolute_path("XDG_STATE_HOME")) return std::filesystem::path(state) / "skipcall";
  if (const char *home = absolute_path("HOME")) return std::filesystem::path(home) / ".local/state/skipcall";
  return {};
}

std::string state_directory_problem() {
  const std::filesystem::path folder = state_directory();
  if (folder.empty()) return "neither HOME nor XDG_STATE_HOME is set to an absolute path";
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path(), error);
  ::mkdir(folder.c_str(), 0700);
  // Tested by writing, since permissions do not reveal a full or read-only disk.
  std::string probe = folder / "probe.XXXXXX";
  const host::FileDescriptor file(::mkostemp(probe.data(), O_CLOEXEC));
  if (!file) return folder.string() + " cannot be written: " + std::strerror(errno);
  ::unlink(probe.c_str());
  return {};
}

}  // namespace skipcall::cli
