// wasmtime's engine with this host's settings, and the ticks by which a call can be stopped.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <wasmtime.hh>

namespace skipcall::host {

// Ticks wasmtime's epoch from a separate thread, so that a store's deadline, counted in ticks, ends a call
// that does not return.
class Engine {
 public:
  static constexpr std::chrono::milliseconds tick{50};

  // reserved_bytes: address space that each instance's memory takes, at least what it can grow to. With all_of_wasm32
  // its code needs no check at each access.
  static constexpr uint64_t all_of_wasm32 = uint64_t{4} << 30;
  explicit Engine(uint64_t reserved_bytes);
  ~Engine();
  Engine(const Engine &) = delete;
  Engine &operator=(const Engine &) = delete;

  wasmtime::Engine &wasmtime() { return engine_; }

 private:
  wasmtime::Engine engine_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread ticker_;
};

}  // namespace skipcall::host
