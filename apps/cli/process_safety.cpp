#include "process_safety.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>
#include <cstring>

namespace skipcall::cli {

void protect_memory() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#ifndef SKIPCALL_SANITIZED  // the leak sanitizer attaches to its own process
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

std::string take_variable(const std::string &name) {
  char *value = std::getenv(name.c_str());
  if (value == nullptr) return {};
  std::string taken = value;
  ::explicit_bzero(value, taken.size());
  ::unsetenv(name.c_str());
  return taken;
}

}  // namespace skipcall::cli
