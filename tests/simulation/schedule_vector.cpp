#include "simulation/schedule_vector.hpp"

namespace skipcall::simulation {
namespace {

vectors::Json step_of(const JournalEntry &entry) {
  switch (entry.kind) {
    case JournalEntry::Kind::wake:
      return {{"wake", entry.now_ms}};
    case JournalEntry::Kind::cancel:
      return {{"cancel", entry.now_ms}};
    case JournalEntry::Kind::answer:
      break;
  }
  const Delivery &d = entry.delivery;
  if (d.is_lost) return {{"lost", entry.exchange}, {"now", entry.now_ms}};
  const uint32_t flags =
      (d.not_sent ? ACTION_HTTP_NOT_SENT : 0u) | (d.may_have_repeated ? ACTION_HTTP_MAY_HAVE_REPEATED : 0u);
  return vectors::answer_step(entry.exchange, entry.now_ms,
                              {d.status, d.error, flags, d.headers, d.body, {}});
}

}  // namespace

vectors::Json vector_of(const DrivenRun &run, const std::string &name) {
  vectors::Json vector{
      {"name", name}, {"inputText", run.plan().document}, {"seed", std::to_string(run.plan().seed)}};
  vector["steps"] = vectors::Json::array();
  for (const JournalEntry &entry : run.journal()) vector["steps"].push_back(step_of(entry));
  return vector;
}

}  // namespace skipcall::simulation
