#include <cstring>
#include <utility>

#include "guest.hpp"
#include "remove_contacts.h"

namespace skipcall::vectors {
namespace {

std::vector<Call> &calls() {
  static std::vector<Call> all;
  return all;
}

std::string text(const action_bytes &bytes) {
  return bytes.len == 0 ? std::string() : std::string(reinterpret_cast<const char *>(bytes.ptr), bytes.len);
}

// Bytes in a block of action_alloc.
uint8_t *block_of(const std::string &bytes) {
  auto *block = static_cast<uint8_t *>(action_alloc(static_cast<uint32_t>(bytes.size())));
  std::memcpy(block, bytes.data(), bytes.size());
  return block;
}

class NativeGuest final : public Guest {
 public:
  uint32_t start(const std::string &input, uint32_t flags, uint64_t seed) override {
    return remove_contacts(block_of(input), static_cast<uint32_t>(input.size()), flags, seed);
  }
  int32_t wake(uint32_t run, uint64_t now_ms) override { return action_wake(run, now_ms); }
  int32_t answer(uint32_t run, uint32_t exchange, uint64_t now_ms,
                 const host::HttpResponse *response) override {
    if (response == nullptr) return action_http_done(run, exchange, now_ms, nullptr);
    const size_t size = sizeof(action_http_response) + response->headers.size() + response->body.size();
    auto *block = static_cast<uint8_t *>(action_alloc(static_cast<uint32_t>(size)));
    uint8_t *headers = block + sizeof(action_http_response);
    uint8_t *body = headers + response->headers.size();
    const action_http_response head = {sizeof head,
                                       response->status,
                                       response->error,
                                       response->flags,
                                       {headers, static_cast<uint32_t>(response->headers.size())},
                                       {body, static_cast<uint32_t>(response->body.size())}};
    std::memcpy(block, &head, sizeof head);
    std::memcpy(headers, response->headers.data(), response->headers.size());
    std::memcpy(body, response->body.data(), response->body.size());
    return action_http_done(run, exchange, now_ms, reinterpret_cast<action_http_response *>(block));
  }
  int32_t cancel(uint32_t run, uint64_t now_ms) override { return action_cancel(run, now_ms); }
  action_progress status(uint32_t run) override { return *action_status(run); }
  std::string result(uint32_t run) override { return text(*action_result(run)); }
  void release(uint32_t run) override { action_release(run); }
  std::vector<Call> take_calls() override { return std::exchange(calls(), {}); }
};

}  // namespace

std::unique_ptr<Guest> native_guest() {
  return std::make_unique<NativeGuest>();
}

}  // namespace skipcall::vectors

using skipcall::vectors::Call;

void action_host_http_send(uint32_t run, uint32_t exchange, const action_http_request *request) {
  using skipcall::vectors::text;
  skipcall::vectors::calls().push_back(
      {Call::Kind::send,
       run,
       exchange,
       {request->timeout_ms, request->response_limit, text(request->connection), text(request->method),
        text(request->target), text(request->headers), text(request->body)}});
}

void action_host_http_cancel(uint32_t run, uint32_t exchange) {
  skipcall::vectors::calls().push_back({Call::Kind::cancel, run, exchange, {}});
}
