#include "module.hpp"

#include <sys/resource.h>
#include <wasmtime.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <thread>
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

// Below this, the reservations for a module's memory, for code and for the stacks of threads may fail in places
// that cannot report it.
constexpr rlim_t least_address_space = rlim_t{2} << 30;

// RLIM_INFINITY where there is no limit.
rlim_t limit_of(int resource) {
  rlimit limit{};
  return ::getrlimit(resource, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

void check_address_space() {
  const rlim_t limit = limit_of(RLIMIT_AS);
  if (limit >= least_address_space) return;
  throw HostError(Fault::no_memory,
                  "running a module needs 2 GiB of address space, but this process is limited to " +
                      std::to_string(limit >> 20) +
                      " MiB; raise the limit: ulimit -v 2097152, or ulimit -v unlimited");
}

// The engine, the connections, a journal and the results; with a margin for what the process has inherited.
constexpr rlim_t least_files = 64;

void check_open_files() {
  const rlim_t limit = limit_of(RLIMIT_NOFILE);
  if (limit >= least_files) return;
  throw HostError(Fault::no_memory, "running a module needs 64 open files, but this process is limited to " +
                                        std::to_string(limit) + "; raise the limit: ulimit -n 64");
}

// An instance never gets more (InstanceLimits).
constexpr uint64_t most_memory = 256u << 20;

// Address space for each instance of a module whose memory has at most `pages`. Under a limit (ulimit -v): no more than
// the memory can grow to.
uint64_t reserved_bytes(uint64_t pages) {
  return limit_of(RLIMIT_AS) == RLIM_INFINITY ? Engine::all_of_wasm32 : std::min(pages << 16, most_memory);
}

// wasmtime's messages put each cause on a line of its own.
std::string one_line(const std::string &message) {
  std::string line;
  for (const char c : message) {
    const bool is_space = c == ' ' || c == '\n';
    if (!is_space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

// wasmtime cannot stop a compilation, so one that takes too long is left running.
wasmtime::Result<wasmtime::Module> compile(const std::shared_ptr<Engine> &engine,
                                           std::span<const uint8_t> binary, std::chrono::milliseconds time) {
  std::packaged_task<wasmtime::Result<wasmtime::Module>()> task(
      [engine, bytes = std::vector<uint8_t>(binary.begin(), binary.end())] {
        return wasmtime::Module::compile(engine->wasmtime(), writable(bytes));
      });
  auto compiled = task.get_future();
  std::thread(std::move(task)).detach();
  if (compiled.wait_for(time) != std::future_status::ready) {
    throw HostError(Fault::out_of_time, "the module was given up: compiling it took longer than " +
                                            std::to_string(time.count()) + " ms");
  }
  return compiled.get();
}

// Names everything that the code depends on; wasmtime also checks its own version and the processor's
// features.
std::string cache_name(const std::string &module_sha256, uint64_t reserved) {
  return to_hex(sha256(module_sha256 +
                       "\nwasmtime " WASMTIME_VERSION "\nABI 1 features, epoch_interruption, reserved " +
                       std::to_string(reserved))) +
         ".cwasm";
}

}  // namespace

std::filesystem::path default_cache_directory() {
  // Relative paths must be ignored (XDG Base Directory Specification).
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

Module Module::load(std::span<const uint8_t> binary, const std::filesystem::path &cache_directory,
                    std::chrono::milliseconds compile_time) {
  ModuleDescription description = describe_module(binary);
  check_address_space();
  check_open_files();
  const uint64_t reserved = reserved_bytes(description.file.memories[0].maximum_pages.value_or(0));
  auto engine = std::make_shared<Engine>(reserved);
  const CodeCache cache(cache_directory);
  const std::string name = cache_name(description.sha256, reserved);

  if (auto code = cache.read(name)) {
    auto module = wasmtime::Module::deserialize(engine->wasmtime(), *code);
    if (module) return Module(engine, std::move(description), module.ok(), true);
  }
  auto module = compile(engine, binary, compile_time);
  if (!module) {
    throw HostError(Fault::not_wasm, "not a valid WebAssembly module: " + one_line(module.err().message()));
  }
  if (cache.usable()) {
    if (auto code = module.ok_ref().serialize()) cache.write(name, code.ok_ref());
  }
  return Module(engine, std::move(description), module.ok(), false);
}

}  // namespace skipcall::host
