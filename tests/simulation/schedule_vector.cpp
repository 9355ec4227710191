#include "simulation/schedule_vector.hpp"

#include "journal_line.hpp"

namespace skipcall::simulation {
namespace {

host::JournalEvent event_of(const JournalEntry &entry) {
  using Kind = host::JournalEvent::Kind;
  host::JournalEvent event{.now_ms = entry.now_ms, .exchange = entry.exchange};
  if (entry.kind == JournalEntry::Kind::wake) return event;
  event.kind = Kind::cancel;
  if (entry.kind == JournalEntry::Kind::cancel) return event;
  const Delivery &d = entry.delivery;
  event.kind = d.is_lost ? Kind::http_lost : Kind::http_done;
  const uint32_t flags =
      (d.not_sent ? ACTION_HTTP_NOT_SENT : 0u) | (d.may_have_repeated ? ACTION_HTTP_MAY_HAVE_REPEATED : 0u);
  if (!d.is_lost) event.response = {d.status, d.error, flags, d.headers, d.body, {}};
  return event;
}

}  // namespace

vectors::Vector vector_of(const DrivenRun &run, const std::string &name) {
  host::JournalHead head;
  head.run = {"remove_contacts", run.plan().document, 0, run.plan().seed};
  head.note = name;
  std::string lines = host::write_head(head) + '\n';
  for (const JournalEntry &entry : run.journal()) lines += host::write_event(event_of(entry)) + '\n';
  return lines;
}

}  // namespace skipcall::simulation
