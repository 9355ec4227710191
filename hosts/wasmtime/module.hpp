// A module, checked, compiled and ready to be instantiated any number of times.
#pragma once
#include <chrono>
#include <filesystem>
#include <memory>

#include "engine.hpp"
#include "module_description.hpp"

namespace skipcall::host {

// Where compiled code may be kept: $XDG_CACHE_HOME/skipcall, or ~/.cache/skipcall; empty when neither is
// known.
std::filesystem::path default_cache_directory();

class Module {
 public:
  // Loads, checks and compiles a file. cache_directory: where compiled code is kept; empty: nowhere. A cache
  // that cannot be trusted (not the user's own, writable by others) or written is silently not used. Throws
  // Unreadable, NotWasm, WrongAbi; OutOfTime: compiling took longer than compile_time. It cannot be stopped
  // then, but continues in its own thread.
  static Module load(const std::filesystem::path &file, const std::filesystem::path &cache_directory);
  static Module load(std::span<const uint8_t> binary, const std::filesystem::path &cache_directory,
                     std::chrono::milliseconds compile_time = std::chrono::seconds(30));

  const ModuleDescription &description() const { return description_; }
  // Whether the compiled code came from the cache.
  bool from_cache() const { return from_cache_; }
  // Lent for the life of this object; a copy of a wasmtime module shares its code.
  Engine &engine() const { return *engine_; }
  const wasmtime::Module &compiled() const { return compiled_; }

 private:
  Module(std::shared_ptr<Engine> engine, ModuleDescription description, wasmtime::Module compiled,
         bool from_cache);

  std::shared_ptr<Engine> engine_;
  ModuleDescription description_;
  wasmtime::Module compiled_;
  bool from_cache_;
};

}  // namespace skipcall::host
