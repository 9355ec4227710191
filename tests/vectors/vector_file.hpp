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

// A step that answers an exchange.
Json answer_step(uint32_t exchange, uint64_t now_ms, const host::HttpAnswer &answer);

// Drives a guest through a vector. Result: the same vector with what was seen in place of what is expected.
Json replay(const Json &vector, Guest &guest);

}  // namespace skipcall::vectors
