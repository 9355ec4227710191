// Ctrl-C, SIGTERM and SIGHUP during a run.
#pragma once

#include <array>
#include <csignal>

#include "drive.hpp"

namespace skipcall::cli {

// For its life SIGINT, SIGTERM and SIGHUP end the run gently: the first stops sending and lets open requests
// end, the second and further ones cancel. One that was ignored (nohup, a job in the background) stays
// ignored. The former handlers come back at its end. One guard at a time in a process.
class SignalGuard {
 public:
  // stop: borrowed for the guard's life.
  explicit SignalGuard(host::StopRequest &stop);
  ~SignalGuard();
  SignalGuard(const SignalGuard &) = delete;
  SignalGuard &operator=(const SignalGuard &) = delete;

  // The first signal that came, or 0.
  int signal() const;
  // Once everything has been printed: at the guard's end the signals are ignored, so that none changes how the process ends.
  void ignore_afterwards() { ignore_afterwards_ = true; }

 private:
  static constexpr std::array signals_{SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, signals_.size()> before_{};
  bool ignore_afterwards_ = false;
};

// For its life the same signals wait, in this thread and those that it starts.
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
