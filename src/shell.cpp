// The C shell over the core: the exports of action.h, the runs of this instance, and the blocks that cross
// the boundary. The only file with state that outlives a call; the only one that calls an import.
#include <cstddef>
#include <cstdlib>
#include <new>

#include "action.h"
#include "api.hpp"
#include "remove_contacts.h"
#include "run.hpp"

// The manifest's bytes: embedded by the build.
extern "C" const uint8_t action_manifest_begin[];
extern "C" const uint32_t action_manifest_size;

namespace skipcall {
namespace {

constexpr uint32_t last_run = 0x7fffffff;

// A run, and what action_result lends of it, at a fixed address until action_release.
struct Slot {
  Slot(std::string_view document, uint32_t flags, uint64_t seed) : run(document, flags, seed) {}
  Run run;
  action_bytes result{};
};

struct RunEntry {
  uint32_t number;
  Slot *slot;
};

struct Instance {
  Vec<RunEntry> runs;  // by number, ascending
  uint32_t next_run = 1;
  bool in_import = false;
};

// An instance is never torn down, so nothing is registered to run at exit.
union Undestroyed {
  constexpr Undestroyed() : value() {}
  ~Undestroyed() {}
  Instance value;
};
constinit Undestroyed undestroyed;
constinit Instance &instance = undestroyed.value;

action_bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), static_cast<uint32_t>(text.size())};
}

std::string_view view_of(const action_bytes &bytes) {
  return bytes.len == 0 ? std::string_view()
                        : std::string_view(reinterpret_cast<const char *>(bytes.ptr), bytes.len);
}

RunEntry *find(uint32_t number) {
  size_t low = 0, high = instance.runs.size();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (instance.runs[middle].number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < instance.runs.size() && instance.runs[low].number == number ? &instance.runs[low] : nullptr;
}

// The run that an event is for. Null: `misuse` says why not.
Run *run_of(uint32_t number, int32_t &misuse) {
  RunEntry *entry = instance.in_import ? nullptr : find(number);
  misuse = instance.in_import ? ACTION_E_BUSY : ACTION_E_RUN;
  return entry == nullptr ? nullptr : &entry->slot->run;
}

// The host as a run sees it. While an import runs, no export may be called.
class Imports final : public Host {
 public:
  explicit Imports(uint32_t run) : run_(run) {}

  void send(uint32_t exchange, const Request &request) override {
    action_http_request out{};
    out.size = sizeof out;
    out.timeout_ms = request.timeout_ms;
    out.response_limit = api::response_limit_bytes;
    out.connection = bytes_of(api::connection);
    out.method = bytes_of(api::method);
    out.target = bytes_of(request.target);
    out.headers = bytes_of(api::request_headers);
    out.body = bytes_of(request.body);
    instance.in_import = true;
    action_host_http_send(run_, exchange, &out);
    instance.in_import = false;
  }
  void cancel(uint32_t exchange) override {
    instance.in_import = true;
    action_host_http_cancel(run_, exchange);
    instance.in_import = false;
  }

 private:
  uint32_t run_;
};

// The size of a block precedes it, so that a range that leaves it is noticed.
struct BlockHeader {
  uint32_t size;
  uint32_t mark;
};
constexpr uint32_t block_mark = 0xac710b10;

BlockHeader *header_of(void *block) {
  return static_cast<BlockHeader *>(block) - 1;
}

// Frees a block when it goes out of scope: it is gone, whatever an export returns.
class Block {
 public:
  explicit Block(void *block) : block_(block) {}
  Block(const Block &) = delete;
  Block &operator=(const Block &) = delete;
  ~Block() { action_free(block_); }

  // Whether it is one of action_alloc, with at least `size` bytes.
  bool holds(size_t size) const {
    return block_ != nullptr && header_of(block_)->mark == block_mark && header_of(block_)->size >= size;
  }
  bool holds(const action_bytes &range) const {
    if (range.len == 0) return true;
    const auto begin = reinterpret_cast<uintptr_t>(block_);
    const auto at = reinterpret_cast<uintptr_t>(range.ptr);
    const uint64_t size = header_of(block_)->size;
    return at >= begin && uint64_t{at - begin} + range.len <= size;
  }

 private:
  void *block_;
};

// Reads a response as far as the host filled it. False: E_STRUCT.
bool read_raw_response(const Block &block, const action_http_response *response, RawResponse &raw) {
  if (!block.holds(sizeof *response) || response->size < sizeof *response) return false;
  if (!block.holds(response->headers) || !block.holds(response->body)) return false;
  raw.status = response->status;
  raw.error = response->error;
  raw.not_sent = (response->flags & ACTION_HTTP_NOT_SENT) != 0;
  raw.may_have_repeated = (response->flags & ACTION_HTTP_MAY_HAVE_REPEATED) != 0;
  raw.headers = view_of(response->headers);
  raw.body = view_of(response->body);
  return true;
}

}  // namespace
}  // namespace skipcall

using skipcall::instance;

uint32_t action_abi_version(void) {
  return ACTION_ABI_VERSION;
}

const action_bytes *action_manifest(void) {
  static action_bytes manifest;
  manifest = {action_manifest_begin, action_manifest_size};
  return &manifest;
}

void *action_alloc(uint32_t size) {
  using skipcall::BlockHeader;
  if (instance.in_import || uint64_t{size} + sizeof(BlockHeader) > SIZE_MAX) return nullptr;
  auto *header = static_cast<BlockHeader *>(std::malloc(sizeof(BlockHeader) + size));
  if (header == nullptr) return nullptr;
  *header = {size, skipcall::block_mark};
  return header + 1;
}

void action_free(void *block) {
  if (block == nullptr || skipcall::header_of(block)->mark != skipcall::block_mark) return;
  skipcall::header_of(block)->mark = 0;
  std::free(skipcall::header_of(block));
}

uint32_t remove_contacts(uint8_t *input, uint32_t len, uint32_t flags, uint64_t seed) {
  const skipcall::Block block(input);
  if (instance.in_import || instance.next_run > skipcall::last_run) return 0;
  if (len > 0 && !block.holds(len)) return 0;
  void *room = std::malloc(sizeof(skipcall::Slot));
  if (room == nullptr) return 0;
  const std::string_view document(reinterpret_cast<const char *>(input), len);
  auto *slot = new (room) skipcall::Slot(document, flags, seed);
  const bool has_result = !slot->run.is_done() || !slot->run.result().empty();
  if (!has_result || !instance.runs.push({instance.next_run, slot})) {
    slot->~Slot();
    std::free(room);
    return 0;
  }
  return instance.next_run++;
}

int32_t action_wake(uint32_t run, uint64_t now_ms) {
  int32_t misuse = 0;
  skipcall::Run *found = skipcall::run_of(run, misuse);
  if (found == nullptr) return misuse;
  skipcall::Imports imports(run);
  return found->wake(now_ms, imports);
}

int32_t action_http_done(uint32_t run, uint32_t exchange, uint64_t now_ms, action_http_response *response) {
  const skipcall::Block block(response);
  int32_t misuse = 0;
  skipcall::Run *found = skipcall::run_of(run, misuse);
  if (found == nullptr) return misuse;
  if (found->is_done()) return ACTION_DONE;
  if (!found->is_open(exchange)) return ACTION_E_EXCHANGE;
  skipcall::RawResponse raw;
  raw.is_lost = response == nullptr;
  if (response != nullptr && !skipcall::read_raw_response(block, response, raw)) return ACTION_E_STRUCT;
  skipcall::Imports imports(run);
  return found->answer(exchange, now_ms, raw, imports);
}

int32_t action_cancel(uint32_t run, uint64_t now_ms) {
  int32_t misuse = 0;
  skipcall::Run *found = skipcall::run_of(run, misuse);
  if (found == nullptr) return misuse;
  skipcall::Imports imports(run);
  return found->cancel(now_ms, imports);
}

const action_progress *action_status(uint32_t run) {
  skipcall::RunEntry *entry = instance.in_import ? nullptr : skipcall::find(run);
  return entry == nullptr ? nullptr : &entry->slot->run.progress();
}

const action_bytes *action_result(uint32_t run) {
  skipcall::RunEntry *entry = instance.in_import ? nullptr : skipcall::find(run);
  if (entry == nullptr || !entry->slot->run.is_done()) return nullptr;
  entry->slot->result = skipcall::bytes_of(entry->slot->run.result());
  return &entry->slot->result;
}

void action_release(uint32_t run) {
  skipcall::RunEntry *entry = instance.in_import ? nullptr : skipcall::find(run);
  if (entry == nullptr) return;
  entry->slot->~Slot();
  std::free(entry->slot);
  for (skipcall::RunEntry *last = instance.runs.end() - 1; entry < last; entry++) *entry = entry[1];
  instance.runs.truncate(instance.runs.size() - 1);
}
