// `skipcall sandbox`: the stand-in for Skipcall's server, alone.
#pragma once

#include <cstdint>
#include <string>

namespace skipcall::cli {

struct SandboxCommandOptions {
  uint16_t port = 0;  // 0: a free one
  std::string data;   // empty: the built-in set
  bool verbose = false;
};

// Serves until SIGINT or SIGTERM. Prints its URL and a test key as shell assignments. Throws Failure.
int serve_sandbox(const SandboxCommandOptions &options);

}  // namespace skipcall::cli
