// How a fuzz target says that something is wrong: loudly, and the fuzzer keeps the input.
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
