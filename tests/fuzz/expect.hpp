// How a fuzz target reports that something is wrong: loudly, so that the fuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace skipcall {

inline void expect(bool truth, const std::string &otherwise) {
  if (truth) return;
  std::fprintf(stderr, "%s\n", otherwise.c_str());
  std::abort();
}

}  // namespace skipcall
