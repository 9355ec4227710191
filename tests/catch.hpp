// Catch2's macros, from the header its version has: 2 in Debian 12, 3 in Debian 13 and Ubuntu 24.04.
// A guard of macros, which are kept in a precompiled header: g++ 12 does not always know a file again by #pragma once.
#ifndef SKIPCALL_TESTS_CATCH_HPP
#define SKIPCALL_TESTS_CATCH_HPP
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
namespace Catch::Matchers {
inline auto ContainsSubstring(const std::string &part) {
  return Contains(part);
}  // version 3's name for it
}  // namespace Catch::Matchers
#endif

#endif
