// signals.hpp: Ctrl-C and SIGTERM while a run goes on.
#pragma once

#include <csignal>

#include "drive.hpp"

namespace skipcall::cli {

// For its life SIGINT and SIGTERM end the run gently: the first stops sending and lets open requests end, the
// second cancels. The former handlers come back at its end. One at a time in a process.
class SignalGuard {
 public:
  // stop: borrowed for the guard's life.
  explicit SignalGuard(host::StopRequest &stop);
  ~SignalGuard();
  SignalGuard(const SignalGuard &) = delete;
  SignalGuard &operator=(const SignalGuard &) = delete;

  // The first signal that came, or 0.
  int signal() const;

 private:
  struct sigaction interrupt_before_{};
  struct sigaction terminate_before_{};
};

}  // namespace skipcall::cli
