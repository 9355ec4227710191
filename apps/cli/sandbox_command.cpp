#include "sandbox_command.hpp"

#include <csignal>
#include <cstdio>

#include "embedded_sandbox.hpp"

namespace skipcall::cli {

int serve_sandbox(const SandboxCommandOptions &options) {
  // Blocked before the server's threads start, so that sigwait gets the signals.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  const EmbeddedSandbox sandbox(options.data, options.port, options.verbose);
  std::printf("# A stand-in for Skipcall's server, on this machine only. Ctrl-C ends it.\n");
  std::printf("export SKIPCALL_BASE_URL=%s\n", sandbox.base_url().c_str());
  if (!sandbox.key().empty()) std::printf("export SKIPCALL_API_KEY=%s\n", sandbox.key().c_str());
  std::fflush(stdout);
  int signal = 0;
  ::sigwait(&ends, &signal);
  return 0;
}

}  // namespace skipcall::cli
