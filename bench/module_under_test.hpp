// A built module on wasmtime, as a guest.
#pragma once

#include <string>

#include "guest.hpp"

namespace skipcall::bench {

using vectors::Guest;

class ModuleUnderTest final : public Guest {
 public:
  // Loads and compiles without a cache. Throws host::HostError.
  explicit ModuleUnderTest(const std::string &file);

  uint32_t start(const std::string &input, uint32_t flags, uint64_t seed) override;
  int32_t wake(uint32_t run, uint64_t now_ms) override;
  int32_t answer(uint32_t run, uint32_t exchange, uint64_t now_ms,
                 const host::HttpResponse *response) override;
  int32_t cancel(uint32_t run, uint64_t now_ms) override;
  action_progress status(uint32_t run) override;
  std::string result(uint32_t run) override;
  void release(uint32_t run) override;
  std::vector<vectors::Call> take_calls() override;

  // Of linear memory, which only grows, so this is its peak.
  uint64_t memory_bytes() const { return instance_.memory_bytes(); }

 private:
  host::Module module_;
  host::Instance instance_;
};

}  // namespace skipcall::bench
