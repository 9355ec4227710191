#include "replay.hpp"

#include "announcement_digest.hpp"

namespace skipcall::cli {
namespace {

int32_t deliver(const host::JournalEvent &event, uint32_t run, host::Instance &instance) {
  using Kind = host::JournalEvent::Kind;
  switch (event.kind) {
    case Kind::wake:
      return instance.wake(run, event.now_ms);
    case Kind::http_done:
      return instance.http_done(run, event.exchange, event.now_ms, &event.response);
    case Kind::http_lost:
      return instance.http_done(run, event.exchange, event.now_ms, nullptr);
    case Kind::cancel:
      return instance.cancel(run, event.now_ms);
    case Kind::gap:
      break;
  }
  return instance.status(run).state;
}

}  // namespace

Replay replay(const host::Module &module, const host::JournalText &journal) {
  Replay replay;
  host::Instance instance(module);
  const host::RunRequest &begun = journal.head.run;
  const uint32_t run = instance.start(begun.action, begun.input, begun.flags, begun.seed);
  host::AnnouncementDigest announced;
  for (const host::JournalEvent &event : journal.events) {
    replay.fits = replay.fits && event.announced.value_or(announced.value()) == announced.value();
    ReplayedEvent seen{deliver(event, run, instance), instance.status(run), instance.take_announcements()};
    replay.open.erase(event.exchange);
    for (const host::Announcement &announcement : seen.announced) {
      announced.add(announcement);
      if (announcement.kind == host::Announcement::Kind::send) {
        replay.open.insert(announcement.exchange);
      } else {
        replay.open.erase(announcement.exchange);
      }
    }
    replay.events.push_back(std::move(seen));
  }
  if (instance.status(run).state == ACTION_DONE) replay.result = instance.result(run);
  return replay;
}

}  // namespace skipcall::cli
