#include "engine.hpp"

namespace skipcall::host {

static wasmtime::Config make_config() {
  wasmtime::Config config;
  config.epoch_interruption(true);
  return config;
}

Engine::Engine() : engine_(make_config()) {
  ticker_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, tick, [this] { return stop_; })) engine_.increment_epoch();
  });
}

Engine::~Engine() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  ticker_.join();
}

}  // namespace skipcall::host
