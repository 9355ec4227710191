#include <cstdlib>

#include "catch.hpp"
#include "vector_file.hpp"

namespace skipcall::vectors {
namespace {

void replay_all(Guest &guest) {
  const auto files = vector_files();
  REQUIRE(files.size() >= 5);
  for (const auto &file : files) {
    const auto vectors = read_vectors(file);
    REQUIRE_FALSE(vectors.empty());
    for (const Vector &vector : vectors) {
      INFO(file.filename().string() << ": " << name_of(vector));
      CHECK(replay(vector, guest).vector == vector);
    }
  }
}

}  // namespace

// SKIPCALL_RECORD=1 writes what the native core does into the files; git diff then shows what changed.
TEST_CASE("the native core does what the vectors say") {
  const auto guest = native_guest();
  if (std::getenv("SKIPCALL_RECORD") != nullptr) {
    for (const auto &file : vector_files()) {
      auto vectors = read_vectors(file);
      for (Vector &vector : vectors) vector = replay(vector, *guest).vector;
      write_vectors(file, vectors);
    }
  }
  replay_all(*guest);
}

TEST_CASE("the wasi-sdk module does what the vectors say") {
  replay_all(*module_guest(WASM_MODULE));
}

TEST_CASE("the Emscripten module does what the vectors say") {
  replay_all(*module_guest(WASM_EMSCRIPTEN_MODULE));
}

}  // namespace skipcall::vectors
