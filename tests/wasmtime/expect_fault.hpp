// Runs something that must fail, and returns the failure.
#pragma once
#include "catch.hpp"
#include "error.hpp"

namespace skipcall::host {

template <typename Callable>
HostError fault_of(Callable &&callable) {
  try {
    callable();
  } catch (const HostError &error) {
    return error;
  }
  FAIL("nothing was thrown");
  throw 0;
}

}  // namespace skipcall::host
