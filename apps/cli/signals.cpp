#include "signals.hpp"

#include <atomic>
#include <initializer_list>

namespace skipcall::cli {
namespace {

// A handler has no argument for it, so what it uses is here; all of it is lock-free.
std::atomic<host::StopRequest *> target{nullptr};
std::atomic<int> first_signal{0};

void on_signal(int signal) {
  host::StopRequest *stop = target.load();
  if (stop == nullptr) return;
  int none = 0;
  if (first_signal.compare_exchange_strong(none, signal)) {
    stop->stop();
  } else {
    stop->cancel();
  }
}

}  // namespace

SignalGuard::SignalGuard(host::StopRequest &stop) {
  first_signal = 0;
  target = &stop;
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (size_t i = 0; i < signals_.size(); ++i) {
    ::sigaction(signals_[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) ::sigaction(signals_[i], &action, nullptr);
  }
}

SignalGuard::~SignalGuard() {
  for (size_t i = 0; i < signals_.size(); ++i) {
    if (ignore_afterwards_) before_[i].sa_handler = SIG_IGN;
    ::sigaction(signals_[i], &before_[i], nullptr);
  }
  target = nullptr;
}

int SignalGuard::signal() const {
  return first_signal;
}

SignalsHeld::SignalsHeld() {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
  ::pthread_sigmask(SIG_BLOCK, &held, &before_);
}

SignalsHeld::~SignalsHeld() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace skipcall::cli
