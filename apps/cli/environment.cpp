#include "environment.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "failure.hpp"
#include "file_descriptor.hpp"
#include "characters.hpp"

namespace skipcall::cli {
namespace {

// A variable that is set to nothing counts as not set, as with most tools.
const char *variable(const std::string &name) {
  const char *value = std::getenv(name.c_str());
  return value == nullptr || *value == '\0' ? nullptr : value;
}

host::SecretString read_key_file(const std::string &name, const std::string &path) {
  const std::string what = name + " (" + path + ")";
  const host::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) {
    throw BadInput(what + ": cannot be opened: " + std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) throw BadInput(what + ": is a directory");
  if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
    throw BadInput(what + ": other users can read it; say chmod 600 " + path);
  }
  std::array<char, 4096> buffer{};
  std::size_t size = 0;
  ssize_t got = 1;
  while (got > 0 && size < buffer.size()) {
    got = ::read(file.get(), buffer.data() + size, buffer.size() - size);
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  const int error = errno;
  host::SecretString key(trimmed(std::string_view(buffer.data(), size)));
  ::explicit_bzero(buffer.data(), buffer.size());
  if (got < 0) throw BadInput(what + ": cannot be read: " + std::strerror(error));
  if (size == buffer.size()) throw BadInput(what + ": is too large for a key");
  if (key.empty()) throw BadInput(what + ": is empty");
  return key;
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

std::string variable_name(std::string_view connection, std::string_view suffix) {
  std::string name;
  for (const char c : connection) {
    if (c >= 'a' && c <= 'z') {
      name += static_cast<char>(c - 'a' + 'A');
    } else {
      name += (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    }
  }
  return name + "_" + std::string(suffix);
}

host::SecretString read_api_key(std::string_view connection) {
  const std::string name = variable_name(connection, "API_KEY");
  const std::string file_name = variable_name(connection, "API_KEY_FILE");
  const char *key = variable(name);
  const char *file = variable(file_name);
  if (key != nullptr && file != nullptr) {
    throw BadInput("both " + name + " and " + file_name + " are set; keep one of them");
  }
  if (file != nullptr) return read_key_file(file_name, file);
  return host::SecretString(key == nullptr ? std::string_view() : trimmed(key));
}

std::string read_base_url(std::string_view connection, const std::string &otherwise) {
  const char *url = variable(variable_name(connection, "BASE_URL"));
  return url == nullptr ? otherwise : std::string(trimmed(url));
}

std::filesystem::path state_directory() {
  if (const char *state = variable("XDG_STATE_HOME")) return std::filesystem::path(state) / "skipcall";
  if (const char *home = variable("HOME")) return std::filesystem::path(home) / ".local/state/skipcall";
  return {};
}

}  // namespace skipcall::cli
