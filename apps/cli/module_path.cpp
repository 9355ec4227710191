#include "module_path.hpp"

#include <cstdlib>

#include "failure.hpp"

namespace skipcall::cli {

std::filesystem::path find_module(const std::string &option) {
  if (!option.empty()) return option;
  const char *named = std::getenv("SKIPCALL_MODULE");
  if (named != nullptr && *named != '\0') return named;

  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  std::string looked;
  for (const char *folder : {".", "../wasm", "../share/skipcall"}) {
    const auto file = (program / folder / "remove_contacts.wasm").lexically_normal();
    if (std::filesystem::exists(file, error)) return file;
    looked += "\n  " + file.string();
  }
  throw HostFailure(
      "cannot find the module remove_contacts.wasm; name it with --module or SKIPCALL_MODULE. Looked for:" +
      looked);
}

}  // namespace skipcall::cli
