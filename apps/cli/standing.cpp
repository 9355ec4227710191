#include "standing.hpp"

#include <nlohmann/json.hpp>

#include "instance.hpp"

namespace skipcall::cli {

uint64_t removed_count(const host::HttpResponse &response) {
  // Others, such as 202, say that something is still to come, or missing.
  if (response.status != 200 && response.status != 201 && response.status != 203) return 0;
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  const bool counts = body.is_object() && body.contains("removed") && body["removed"].is_number_unsigned();
  return counts ? body["removed"].get<uint64_t>() : 0;
}

Standing standing_of(const host::Module &module, const host::Journal &journal) {
  using Kind = host::JournalEvent::Kind;
  Standing standing;
  host::Instance instance(module);
  const host::RunRequest &request = journal.run();
  const uint32_t run = instance.start(request.action, request.input, request.flags, request.seed);
  for (const host::JournalEvent &event : journal.events()) {
    if (instance.status(run).state != ACTION_WAITING) break;
    switch (event.kind) {
      case Kind::wake:
        instance.wake(run, event.now_ms);
        break;
      case Kind::http_done:
        standing.removed += removed_count(event.response);
        instance.http_done(run, event.exchange, event.now_ms, &event.response);
        break;
      case Kind::http_lost:
        instance.http_done(run, event.exchange, event.now_ms, nullptr);
        break;
      case Kind::cancel:
        instance.cancel(run, event.now_ms);
        break;
      case Kind::gap:
        break;
    }
    instance.take_announcements();
  }
  standing.progress = instance.status(run);
  return standing;
}

}  // namespace skipcall::cli
