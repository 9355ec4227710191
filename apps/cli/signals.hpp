// Ctrl-C, SIGTERM and SIGHUP during a run.
#pragma once

#include <array>
#include <csignal>

#include "drive.hpp"

namespace skipcall::cli {

// For its life SIGINT, SIGTERM and SIGHUP end the run gently: the first one stops sending and lets open
// requests finish, any further one cancels. A signal that was ignored (nohup, a background job) stays
// ignored. Restores the former handlers at its end. One guard at a time in a process.
class SignalGuard {
 public:
  // stop: borrowed for the guard's life.
  explicit SignalGuard(host::StopRequest &stop);
  ~SignalGuard();
  SignalGuard(const SignalGuard &) = delete;
  SignalGuard &operator=(const SignalGuard &) = delete;

  // The first signal that arrived, or 0.
  int signal() const;
  // For when everything has been printed: from the guard's end on the signals are ignored, so that none
  // changes how the process ends.
  void ignore_afterwards() { ignore_afterwards_ = true; }

 private:
  static constexpr std::array signals_{SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, signals_.size()> before_{};
  bool ignore_afterwards_ = false;
};

// For its life the same signals are held, in this thread and those that it starts.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld &) = delete;
  SignalsHeld &operator=(const SignalsHeld &) = delete;

 private:
  sigset_t before_{};
};

}  // namespace skipcall::cli
