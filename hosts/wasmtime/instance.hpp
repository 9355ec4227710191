// One instance of a module: its exports as typed functions, its memory, and the two imports, which only
// record their calls.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "action.h"
#include "http.hpp"
#include "module.hpp"

namespace skipcall::host {

struct InstanceLimits {
  uint64_t memory_bytes = 256u << 20;          // linear memory; growing beyond it fails inside the module
  std::chrono::milliseconds call_time{10000};  // one call into the module; over it: OutOfTime
  size_t announcements = 1000;                 // in one call
  uint64_t result_bytes = 128u << 20;
};

// What the module called during one of its exports.
struct Announcement {
  enum class Kind : uint8_t { send, cancel };
  Kind kind;
  uint32_t run;
  uint32_t exchange;
  HttpRequest request;  // of a send; copied out of the module's memory
};

// Each method is one export of action.h; see there. Each may throw Trap or OutOfTime; after either the
// instance is dead, and a further call throws Trap without entering the module. One thread at a time.
class Instance {
 public:
  // Instantiates and calls _initialize and action_abi_version. module must outlive this. Throws WrongAbi too.
  Instance(const Module &module, InstanceLimits limits = {});
  ~Instance();
  Instance(const Instance &) = delete;
  Instance &operator=(const Instance &) = delete;

  // Starts a run of the action that is exported as `action`. Input and responses are copied into the module.
  // Throws NoMemory too: the module has no room; WrongAbi: the manifest names no such action.
  uint32_t start(std::string_view action, std::string_view input, uint32_t flags, uint64_t seed);
  int32_t wake(uint32_t run, uint64_t now_ms);
  // response 0: lost, nothing is known. A response for which there is no room is delivered as lost.
  int32_t http_done(uint32_t run, uint32_t exchange, uint64_t now_ms, const HttpResponse *response);
  int32_t cancel(uint32_t run, uint64_t now_ms);
  // A copy. Throws Trap too: the module does not know the run, or reports a state that does not exist.
  action_progress status(uint32_t run);
  // A copy. Throws Trap too: a DONE run has none, or the run is not finished.
  std::string result(uint32_t run);
  void release(uint32_t run);
  // The bytes behind action_manifest(). A copy.
  std::string manifest();

  // What was announced since the last call, in order.
  std::vector<Announcement> take_announcements();
  // The present size of linear memory.
  uint64_t memory_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skipcall::host
