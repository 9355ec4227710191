// A guest: something that speaks the ABI, natively or as WebAssembly, driven by a vector.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "instance.hpp"

namespace skipcall::vectors {

using Call = host::Announcement;

class Guest {
 public:
  virtual ~Guest() = default;
  virtual uint32_t start(const std::string &input, uint32_t flags, uint64_t seed) = 0;
  virtual int32_t wake(uint32_t run, uint64_t now_ms) = 0;
  // nullptr: the response is lost.
  virtual int32_t answer(uint32_t run, uint32_t exchange, uint64_t now_ms,
                         const host::HttpResponse *response) = 0;
  virtual int32_t cancel(uint32_t run, uint64_t now_ms) = 0;
  virtual action_progress status(uint32_t run) = 0;
  virtual std::string result(uint32_t run) = 0;
  virtual void release(uint32_t run) = 0;
  // What it called on the host since the last call, in order.
  virtual std::vector<Call> take_calls() = 0;
};

// The core, linked into this program: one per process.
std::unique_ptr<Guest> native_guest();
// A module on wasmtime. Throws host::HostError.
std::unique_ptr<Guest> module_guest(const std::string &file);

}  // namespace skipcall::vectors
