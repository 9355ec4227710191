// A file of vectors, as described in tests/vectors/README.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "guest.hpp"

namespace skipcall::vectors {

// One vector: a journal with what is expected of it, as its lines.
using Vector = std::string;

// The files beside the tests, in the order of their names.
std::vector<std::filesystem::path> vector_files();
std::vector<Vector> read_vectors(const std::filesystem::path &file);
void write_vectors(const std::filesystem::path &file, const std::vector<Vector> &vectors);
std::string name_of(const Vector &vector);

struct Replayed {
  Vector vector;                         // with what happened in place of what was expected
  std::vector<std::vector<Call>> calls;  // of each event
  std::string result;                    // empty: the run has not ended
};

// Drives a guest through a vector.
Replayed replay(const Vector &vector, Guest &guest);

}  // namespace skipcall::vectors
