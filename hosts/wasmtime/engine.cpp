#include "engine.hpp"

namespace skipcall::host {

static wasmtime::Config make_config(uint64_t reserved_bytes) {
  wasmtime::Config config;
  config.epoch_interruption(true);
  config.parallel_compilation(false);  // each function being compiled may need hundreds of MB
  config.memory_reservation(reserved_bytes);
  config.memory_reservation_for_growth(0);
  // Behind all that 32 bits can address, the guard pages catch an access with an offset, so it needs no check.
  config.memory_guard_size(reserved_bytes >= Engine::all_of_wasm32 ? 32u << 20 : 64u << 10);
  // The features of ABI.md's table and no others. Those that cannot be turned off are on in every engine.
#ifdef WASMTIME_FEATURE_COMPONENT_MODEL_ASYNC
  config.wasm_component_model_async(false);
#endif
  config.wasm_relaxed_simd(false);
  config.wasm_simd(false);
  config.wasm_threads(false);
  config.wasm_tail_call(false);
  config.wasm_exceptions(false);
  config.wasm_gc(false);
  config.wasm_function_references(false);
  config.wasm_reference_types(false);
  config.wasm_multi_value(false);
  config.wasm_multi_memory(false);
  config.wasm_memory64(false);
  config.wasm_wide_arithmetic(false);
  config.wasm_custom_page_sizes(false);
  config.wasm_bulk_memory(true);
  return config;
}

Engine::Engine(uint64_t reserved_bytes) : engine_(make_config(reserved_bytes)) {
  ticker_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, tick, [this] { return stop_; })) engine_.increment_epoch();
  });
}

Engine::~Engine() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  ticker_.join();
}

}  // namespace skipcall::host
