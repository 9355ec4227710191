// wasmtime's engine with this host's settings, and the ticking that lets a call be stopped.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <wasmtime.hh>

namespace skipcall::host {

// Ticks wasmtime's epoch from a thread of its own, so that a store's deadline, counted in ticks, ends a call
// that does not return.
class Engine {
 public:
  static constexpr std::chrono::milliseconds tick{50};

  // memory_bytes: what a module's memory can grow to; so much address space is reserved for each instance.
  explicit Engine(uint64_t memory_bytes);
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
