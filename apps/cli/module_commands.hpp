// `skipcall manifest` and `skipcall inspect`: what a module says about itself, without running it.
#pragma once

#include <filesystem>
#include <string>

namespace skipcall::cli {

// Prints the manifest of a module on standard output, byte for byte, except that characters a terminal would
// obey are written as \u escapes. Throws host::HostError: not a module of this ABI.
int print_manifest(const std::filesystem::path &file);

// Prints size, digest, ABI, memory, actions, connections, imports and exports of a module. Throws
// host::HostError.
int inspect_module(const std::filesystem::path &file);

}  // namespace skipcall::cli
