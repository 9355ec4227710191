// `skipcall manifest` and `skipcall inspect`: what a module says without being run.
#pragma once

#include <filesystem>
#include <string>

namespace skipcall::cli {

// Prints the manifest of a module on standard output, byte for byte, but with \u escapes for characters that
// a terminal would obey. Throws host::HostError: not a module of this ABI.
int print_manifest(const std::filesystem::path &file);

// Prints size, digest, ABI, memory, actions, connections, imports and exports of a module. Throws
// host::HostError.
int inspect_module(const std::filesystem::path &file);

}  // namespace skipcall::cli
