// A run of the core against the sandbox's Api in virtual time: hours pass in milliseconds.
#pragma once

#include <cstdint>
#include <string>

#include "guest.hpp"
#include "sandbox/api.hpp"

namespace skipcall::bench {

struct VirtualRun {
  uint64_t elapsed_ms = 0;
  uint32_t requests = 0;
  uint32_t confirmed = 0;
};

// Each request arrives after half of the round trip. Throws std::runtime_error if the run does not complete.
VirtualRun run_virtually(vectors::Guest &guest, const std::string &input, sandbox::Api &api,
                         uint64_t round_trip_ms);

}  // namespace skipcall::bench
