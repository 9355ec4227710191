// A vector file: tests/vectors/README.md says what stands in it.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "guest.hpp"

namespace skipcall::vectors {

using Json = nlohmann::ordered_json;

// The files beside the tests, in the order of their names.
std::vector<std::filesystem::path> vector_files();
Json read_vectors(const std::filesystem::path &file);
void write_vectors(const std::filesystem::path &file, const Json &vectors);

// Drives a guest through a vector. Result: the same vector with what was seen in place of what is expected.
Json replay(const Json &vector, Guest &guest);

}  // namespace skipcall::vectors
