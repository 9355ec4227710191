#include "instance.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "error.hpp"

namespace skipcall::host {
namespace {

// The layouts of action.h in the module's memory: wasm32, little-endian.
namespace request_at {
enum : uint32_t {
  size = 0,
  timeout = 4,
  limit = 8,
  connection = 16,
  method = 24,
  target = 32,
  headers = 40,
  body = 48
};
constexpr uint32_t bytes = 56;
}  // namespace request_at
namespace response_at {
enum : uint32_t { size = 0, status = 4, error = 8, flags = 12, headers = 16, body = 24 };
constexpr uint32_t bytes = 32;
}  // namespace response_at
constexpr uint32_t progress_bytes = 48;

// What an export may announce (ABI.md, a module's duty 2); _initialize and a start function announce nothing.
enum class MayAnnounce : uint8_t { nothing, cancels, all };

MayAnnounce announced_by(std::string_view name) {
  if (name == "action_wake" || name == "action_http_done") return MayAnnounce::all;
  return name == "action_cancel" ? MayAnnounce::cancels : MayAnnounce::nothing;
}

uint32_t load_u32(const uint8_t *at) {
  return static_cast<uint32_t>(at[0]) | static_cast<uint32_t>(at[1]) << 8 |
         static_cast<uint32_t>(at[2]) << 16 | static_cast<uint32_t>(at[3]) << 24;
}

void store_u32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<uint8_t>(value >> (8 * i));
}

// The one line of a wasmtime message that says what happened, without the backtrace, which repeats names from
// the module.
std::string trap_reason(const std::string &message) {
  constexpr std::string_view mark = "wasm trap: ";
  size_t begin = message.find(mark);
  begin = begin == std::string::npos ? 0 : begin + mark.size();
  return message.substr(begin, message.find('\n', begin) - begin);
}

template <typename Result, typename... Parameters>
using Function = wasmtime::TypedFunc<std::tuple<Parameters...>, Result>;
using Nothing = std::monostate;

// An export found by name, its signature checked.
template <typename Result, typename... Parameters>
Function<Result, Parameters...> bind(wasmtime::Store &store, wasmtime::Instance &instance,
                                     const std::string &name) {
  auto found = instance.get(store, name);
  const auto *function = found ? std::get_if<wasmtime::Func>(&*found) : nullptr;
  if (function == nullptr) throw HostError(Fault::wrong_abi, "the module does not export " + name);
  auto typed = function->typed<std::tuple<Parameters...>, Result>(store);
  if (!typed) throw HostError(Fault::wrong_abi, "the module's export " + name + " has another signature");
  return typed.ok();
}

// The exports of action.h, except the actions themselves.
struct Exports {
  Exports(wasmtime::Store &store, wasmtime::Instance &instance)
      : initialize(bind<Nothing>(store, instance, "_initialize")),
        abi_version(bind<uint32_t>(store, instance, "action_abi_version")),
        manifest(bind<uint32_t>(store, instance, "action_manifest")),
        alloc(bind<uint32_t, uint32_t>(store, instance, "action_alloc")),
        wake(bind<int32_t, uint32_t, uint64_t>(store, instance, "action_wake")),
        http_done(bind<int32_t, uint32_t, uint32_t, uint64_t, uint32_t>(store, instance, "action_http_done")),
        cancel(bind<int32_t, uint32_t, uint64_t>(store, instance, "action_cancel")),
        status(bind<uint32_t, uint32_t>(store, instance, "action_status")),
        result(bind<uint32_t, uint32_t>(store, instance, "action_result")),
        release(bind<Nothing, uint32_t>(store, instance, "action_release")) {}

  Function<Nothing> initialize;
  Function<uint32_t> abi_version, manifest;
  Function<uint32_t, uint32_t> alloc;
  Function<int32_t, uint32_t, uint64_t> wake;
  Function<int32_t, uint32_t, uint32_t, uint64_t, uint32_t> http_done;
  Function<int32_t, uint32_t, uint64_t> cancel;
  Function<uint32_t, uint32_t> status, result;
  Function<Nothing, uint32_t> release;
};

}  // namespace

struct Instance::State {
  State(const Module &loaded, InstanceLimits limits_in)
      : module(loaded), limits(limits_in), store(loaded.engine().wasmtime()) {}

  const Module &module;
  InstanceLimits limits;
  wasmtime::Store store;
  std::optional<wasmtime::Instance> instance;
  std::optional<wasmtime::Memory> memory;
  std::optional<Exports> exports;
  std::vector<Announcement> announcements;
  uint64_t announced_bytes = 0;
  MayAnnounce may_announce = MayAnnounce::nothing;
  const char *violation = nullptr;  // of the ABI, in what the module passed to an import
  bool dead = false;

  // Calls an export; the one place where the module is entered.
  template <typename Result, typename... Parameters>
  Result call(const char *name, const Function<Result, Parameters...> &function,
              std::type_identity_t<Parameters>... parameters) {
    if (dead) throw HostError(Fault::trap, "the module has failed before and is not called again");
    arm_deadline();
    may_announce = announced_by(name);
    auto result = function.call(store, std::tuple<Parameters...>(parameters...));
    if (!result) fail(result.err(), name);
    return result.ok();
  }

  // Calls an export that delivers an event. Result: DONE or WAITING, or why the event was refused.
  template <typename... Parameters>
  int32_t event(const char *name, const Function<int32_t, Parameters...> &function,
                std::type_identity_t<Parameters>... parameters) {
    const int32_t state = call(name, function, parameters...);
    if (state > ACTION_WAITING) die_of_state(name, state);
    return state;
  }

  [[noreturn]] void die_of_state(const std::string &where, int32_t state) {
    die(Fault::trap, "the module broke the ABI: " + where + " returned a state " + std::to_string(state) +
                         ", which does not exist");
  }

  void arm_deadline() {
    // One tick more, since the first may come at once.
    store.context().set_epoch_deadline(static_cast<uint64_t>(limits.call_time / Engine::tick) + 1);
  }

  [[noreturn]] void die(Fault fault, const std::string &message) {
    dead = true;
    throw HostError(fault, message);
  }

  [[noreturn]] void fail(const wasmtime::TrapError &error, const std::string &where) {
    if (violation != nullptr) die(Fault::trap, "the module broke the ABI in " + where + ": " + violation);
    const auto *trap = std::get_if<wasmtime::Trap>(&error.data);
    if (trap != nullptr && trap->code() == WASMTIME_TRAP_CODE_INTERRUPT) {
      die(Fault::out_of_time, "the module was stopped: " + where + " took longer than " +
                                  std::to_string(limits.call_time.count()) + " ms");
    }
    die(Fault::trap, "the module trapped in " + where + ": " + trap_reason(error.message()));
  }

  // A view of the module's memory, valid until the next call. None: it is not all inside the memory.
  std::optional<std::span<uint8_t>> view(uint32_t pointer, uint32_t length) {
    auto bytes = memory->data(store);
    if (uint64_t{pointer} + length > bytes.size()) return std::nullopt;
    return std::span(bytes.data() + pointer, length);
  }

  std::span<uint8_t> checked_view(uint32_t pointer, uint32_t length, const char *what) {
    auto bytes = view(pointer, length);
    if (!bytes) die(Fault::trap, std::string("the module gave ") + what + " outside its memory");
    return *bytes;
  }

  // The bytes of an action_bytes.
  std::optional<std::string> range(const uint8_t *at) {
    const uint32_t length = load_u32(at + 4);
    if (length == 0) return std::string();
    auto bytes = view(load_u32(at), length);
    if (!bytes) return std::nullopt;
    // As one block: iterators over uint8_t would copy byte by byte.
    return std::string(reinterpret_cast<const char *>(bytes->data()), bytes->size());
  }

  bool read_request(uint32_t pointer, HttpRequest &request) {
    auto head = view(pointer, request_at::bytes);
    if (!head || load_u32(head->data() + request_at::size) < request_at::bytes) return false;
    const uint8_t *at = head->data();
    request.timeout_ms = load_u32(at + request_at::timeout);
    request.response_limit = load_u32(at + request_at::limit);
    const std::pair<uint32_t, std::string *> ranges[] = {{request_at::connection, &request.connection},
                                                         {request_at::method, &request.method},
                                                         {request_at::target, &request.target},
                                                         {request_at::headers, &request.headers},
                                                         {request_at::body, &request.body}};
    for (auto [offset, text] : ranges) {
      const uint32_t length = load_u32(at + offset + 4);
      if (announced_bytes + length > limits.memory_bytes) return false;
      announced_bytes += length;
      auto bytes = range(at + offset);
      if (!bytes) return false;
      *text = std::move(*bytes);
    }
    return true;
  }

  // Records an import's call. No exception leaves it, since it would have to cross the module's frames. An
  // import never fails for a request that can be read; one that cannot ends the instance.
  wasmtime::Result<std::monostate, wasmtime::Trap> announce(Announcement::Kind kind, uint32_t run,
                                                            uint32_t exchange, uint32_t pointer) noexcept {
    try {
      Announcement announcement{kind, run, exchange, {}};
      if (may_announce == MayAnnounce::nothing ||
          (may_announce == MayAnnounce::cancels && kind != Announcement::Kind::cancel)) {
        violation = "it called an import where it must not";
      } else if (announcements.size() >= limits.announcements) {
        violation = "it announced more in one call than a host accepts";
      } else if (kind == Announcement::Kind::send && !read_request(pointer, announcement.request)) {
        violation = "http_send was given a request that is too short or leaves its memory";
      } else {
        announcements.push_back(std::move(announcement));
      }
    } catch (const std::exception &) {
      violation = "the host has no memory for a request";
    }
    if (violation != nullptr) return wasmtime::Trap(violation);
    return std::monostate();
  }
};

Instance::Instance(const Module &module, InstanceLimits limits)
    : state_(std::make_unique<State>(module, limits)) {
  State &s = *state_;
  s.store.limiter(static_cast<int64_t>(limits.memory_bytes), 100000, 1, 1, 1);
  wasmtime::Linker linker(module.engine().wasmtime());
  auto defined =
      linker.func_wrap(ACTION_HOST_MODULE, "http_send", [&s](uint32_t run, uint32_t exchange, uint32_t p) {
        return s.announce(Announcement::Kind::send, run, exchange, p);
      });
  auto defined_too =
      linker.func_wrap(ACTION_HOST_MODULE, "http_cancel", [&s](uint32_t run, uint32_t exchange) {
        return s.announce(Announcement::Kind::cancel, run, exchange, 0);
      });
  if (!defined || !defined_too) throw HostError(Fault::internal, "wasmtime refused an import's definition");

  s.arm_deadline();
  auto instance = linker.instantiate(s.store, module.compiled());
  if (!instance) s.fail(instance.err(), "instantiation");
  s.instance = instance.ok();
  s.memory = std::get<wasmtime::Memory>(*s.instance->get(s.store, "memory"));
  s.exports.emplace(s.store, *s.instance);
  s.call("_initialize", s.exports->initialize);
  if (const uint32_t version = s.call("action_abi_version", s.exports->abi_version);
      version != module.description().abi_version_number) {
    s.die(Fault::wrong_abi, "the module says ABI " + std::to_string(version >> 16) + "." +
                                std::to_string(version & 0xffff) + " but its manifest " +
                                module.description().abi_version);
  }
}

Instance::~Instance() = default;

uint32_t Instance::start(std::string_view action, std::string_view input, uint32_t flags, uint64_t seed) {
  State &s = *state_;
  const auto &actions = s.module.description().actions;
  if (std::find(actions.begin(), actions.end(), action) == actions.end()) {
    throw HostError(Fault::wrong_abi, "the module has no action " + std::string(action));
  }
  if (input.size() > UINT32_MAX) throw HostError(Fault::no_memory, "the input is larger than 4 GiB");
  auto length = static_cast<uint32_t>(input.size());
  auto block = s.call("action_alloc", s.exports->alloc, std::max(length, 1u));
  if (block == 0) throw HostError(Fault::no_memory, "the module has no memory for the input");
  auto bytes = s.checked_view(block, length, "a block");
  if (!input.empty()) std::memcpy(bytes.data(), input.data(), input.size());
  auto function =
      bind<uint32_t, uint32_t, uint32_t, uint32_t, uint64_t>(s.store, *s.instance, std::string(action));
  auto run = s.call("the action's export", function, block, length, flags, seed);
  if (run == 0) throw HostError(Fault::no_memory, "the module has no memory for a run");
  return run;
}

int32_t Instance::wake(uint32_t run, uint64_t now_ms) {
  return state_->event("action_wake", state_->exports->wake, run, now_ms);
}

int32_t Instance::http_done(uint32_t run, uint32_t exchange, uint64_t now_ms, const HttpResponse *response) {
  State &s = *state_;
  uint32_t block = 0;
  if (response != nullptr) {
    const uint64_t needed = uint64_t{response_at::bytes} + response->headers.size() + response->body.size();
    if (needed <= UINT32_MAX) block = s.call("action_alloc", s.exports->alloc, static_cast<uint32_t>(needed));
    if (block != 0) {
      uint8_t *at = s.checked_view(block, static_cast<uint32_t>(needed), "a block").data();
      auto headers = static_cast<uint32_t>(response->headers.size());
      auto body = static_cast<uint32_t>(response->body.size());
      store_u32(at + response_at::size, response_at::bytes);
      store_u32(at + response_at::status, response->status);
      store_u32(at + response_at::error, response->error);
      store_u32(at + response_at::flags, response->flags);
      store_u32(at + response_at::headers, block + response_at::bytes);
      store_u32(at + response_at::headers + 4, headers);
      store_u32(at + response_at::body, block + response_at::bytes + headers);
      store_u32(at + response_at::body + 4, body);
      std::copy(response->headers.begin(), response->headers.end(), at + response_at::bytes);
      std::copy(response->body.begin(), response->body.end(), at + response_at::bytes + headers);
    }
  }
  return s.event("action_http_done", s.exports->http_done, run, exchange, now_ms, block);
}

int32_t Instance::cancel(uint32_t run, uint64_t now_ms) {
  return state_->event("action_cancel", state_->exports->cancel, run, now_ms);
}

action_progress Instance::status(uint32_t run) {
  State &s = *state_;
  action_progress progress{};
  auto pointer = s.call("action_status", s.exports->status, run);
  if (pointer == 0) s.die(Fault::trap, "the module broke the ABI: it no longer knows its run");
  if (load_u32(s.checked_view(pointer, progress_bytes, "a status").data()) < progress_bytes) {
    s.die(Fault::trap, "the module gave a status that is too short");
  }
  // The struct has no pointers, so it looks the same on both sides of a little-endian host.
  static_assert(sizeof progress == progress_bytes);
  std::memcpy(&progress, s.checked_view(pointer, progress_bytes, "a status").data(), progress_bytes);
  if (progress.state != ACTION_DONE && progress.state != ACTION_WAITING) {
    s.die_of_state("action_status", progress.state);
  }
  return progress;
}

std::string Instance::result(uint32_t run) {
  State &s = *state_;
  auto pointer = s.call("action_result", s.exports->result, run);
  if (pointer == 0) s.die(Fault::trap, "the module has no result for a run that is done");
  auto text = s.range(s.checked_view(pointer, 8, "a result").data());
  if (!text) s.die(Fault::trap, "the module gave a result outside its memory");
  if (text->size() > s.limits.result_bytes) s.die(Fault::trap, "the module gave a result that is too large");
  return std::move(*text);
}

void Instance::release(uint32_t run) {
  state_->call("action_release", state_->exports->release, run);
}

std::string Instance::manifest() {
  State &s = *state_;
  auto pointer = s.call("action_manifest", s.exports->manifest);
  auto text = s.range(s.checked_view(pointer, 8, "a manifest").data());
  if (!text) s.die(Fault::trap, "the module gave a manifest outside its memory");
  return std::move(*text);
}

std::vector<Announcement> Instance::take_announcements() {
  state_->announced_bytes = 0;
  return std::exchange(state_->announcements, {});
}

uint64_t Instance::memory_bytes() const {
  return state_->memory->size(state_->store) * state_->memory->page_size(state_->store);
}

}  // namespace skipcall::host
