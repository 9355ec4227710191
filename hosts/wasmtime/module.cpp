#include "module.hpp"

#include <wasmtime.h>

#include <cstdlib>
#include <utility>
#include <vector>

#include "code_cache.hpp"
#include "digest.hpp"
#include "error.hpp"

namespace skipcall::host {
namespace {

// wasmtime's spans are not const.
wasmtime::Span<uint8_t> writable(std::span<const uint8_t> bytes) {
  return {const_cast<uint8_t *>(bytes.data()), bytes.size()};
}

// Bound to all that the code depends on; wasmtime checks its version and the processor's features once more.
std::string cache_name(const std::string &module_sha256) {
  return to_hex(sha256(module_sha256 + "\nwasmtime " WASMTIME_VERSION "\nepoch_interruption")) + ".cwasm";
}

}  // namespace

std::filesystem::path default_cache_directory() {
  // Relative paths are to be ignored (XDG Base Directory Specification).
  if (const char *cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return std::filesystem::path(cache) / "skipcall";
  }
  if (const char *home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return std::filesystem::path(home) / ".cache" / "skipcall";
  }
  return {};
}

Module::Module(std::shared_ptr<Engine> engine, ModuleDescription description, wasmtime::Module compiled,
               bool from_cache)
    : engine_(std::move(engine)),
      description_(std::move(description)),
      compiled_(std::move(compiled)),
      from_cache_(from_cache) {}

Module Module::load(const std::filesystem::path &file, const std::filesystem::path &cache_directory) {
  return load(std::span<const uint8_t>(read_binary_file(file)), cache_directory);
}

Module Module::load(std::span<const uint8_t> binary, const std::filesystem::path &cache_directory) {
  ModuleDescription description = describe_module(binary);
  auto engine = std::make_shared<Engine>();
  CodeCache cache(cache_directory);
  std::string name = cache_name(description.sha256);

  if (auto code = cache.read(name)) {
    auto module = wasmtime::Module::deserialize(engine->wasmtime(), *code);
    if (module) return Module(engine, std::move(description), module.ok(), true);
  }
  auto module = wasmtime::Module::compile(engine->wasmtime(), writable(binary));
  if (!module) throw HostError(Fault::NotWasm, "not a valid WebAssembly module: " + module.err().message());
  if (cache.usable()) {
    if (auto code = module.ok_ref().serialize()) cache.write(name, code.ok_ref());
  }
  return Module(engine, std::move(description), module.ok(), false);
}

}  // namespace skipcall::host
