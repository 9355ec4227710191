// Runs a fuzz target over files: a corpus as a plain test, or the one file that a crash left.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace {

void replay(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  // Exactly as large as the file, so that AddressSanitizer sees a read beyond it.
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  std::fprintf(stderr, "%s\n", path.filename().c_str());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int argc, char **argv) {
  size_t count = 0;
  for (int i = 1; i < argc; i++) {
    if (!std::filesystem::is_directory(argv[i])) {
      replay(argv[i]);
      count++;
      continue;
    }
    for (const auto &entry : std::filesystem::directory_iterator(argv[i])) {
      replay(entry.path());
      count++;
    }
  }
  LLVMFuzzerTestOneInput(nullptr, 0);
  std::printf("%zu files replayed\n", count);
  return count == 0 ? 1 : 0;  // an empty corpus tests nothing
}
