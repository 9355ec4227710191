#include "signals.hpp"

#include <csignal>

#include "catch.hpp"

using namespace skipcall::cli;

TEST_CASE("the first signal stops, the second cancels, and the first is remembered") {
  skipcall::host::StopRequest stop;
  const SignalGuard guard(stop);
  CHECK(guard.signal() == 0);
  std::raise(SIGTERM);
  CHECK(stop.stopping());
  CHECK_FALSE(stop.cancelling());
  std::raise(SIGINT);
  CHECK(stop.cancelling());
  CHECK(guard.signal() == SIGTERM);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGINT}) std::raise(signal);
  CHECK(guard.signal() == SIGTERM);
}

TEST_CASE("signals can be ignored afterwards") {
  {
    skipcall::host::StopRequest stop;
    SignalGuard guard(stop);
    guard.ignore_afterwards();
  }
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    std::raise(signal);  // would end this program
    std::signal(signal, SIG_DFL);
  }
}

TEST_CASE("signals that are held arrive afterwards") {
  skipcall::host::StopRequest stop;
  const SignalGuard guard(stop);
  {
    const SignalsHeld held;
    std::raise(SIGTERM);
    CHECK_FALSE(stop.stopping());
  }
  CHECK(stop.stopping());
}

TEST_CASE("the former handlers are restored") {
  static volatile std::sig_atomic_t seen = 0;
  std::signal(SIGINT, [](int) { seen = 1; });
  {
    skipcall::host::StopRequest stop;
    const SignalGuard guard(stop);
    std::raise(SIGINT);
    CHECK(stop.stopping());
    CHECK(seen == 0);
  }
  std::raise(SIGINT);
  CHECK(seen == 1);
  std::signal(SIGINT, SIG_DFL);
}

TEST_CASE("a signal that was ignored stays ignored") {
  std::signal(SIGHUP, SIG_IGN);
  skipcall::host::StopRequest stop;
  const SignalGuard guard(stop);
  std::raise(SIGHUP);
  CHECK_FALSE(stop.stopping());
  std::signal(SIGHUP, SIG_DFL);
}
