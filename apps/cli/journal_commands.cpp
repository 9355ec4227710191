#include "journal_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "code_cache.hpp"
#include "failure.hpp"
#include "harmless_text.hpp"
#include "module.hpp"
#include "module_path.hpp"
#include "redaction.hpp"
#include "replay.hpp"
#include "request_log.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

using Kind = host::JournalEvent::Kind;

host::JournalText read(const std::string &file) {
  const auto bytes = host::read_binary_file(file, uint64_t{1} << 32);
  const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  // A file of test vectors holds several journals; the first one is meant.
  const size_t next = text.find("\n{\"journal\":");
  const bool has_several = next != std::string_view::npos;
  try {
    host::JournalText journal = host::read_journal(text.substr(0, has_several ? next + 1 : text.size()));
    journal.is_whole =
        journal.is_whole || (!journal.has_sums && journal.good_bytes >= std::min(next, text.size()));
    return journal;
  } catch (const host::HostError &error) {
    throw BadInput("journal " + file + ": " + error.what());
  }
}

host::Module load(const JournalCommandOptions &options) {
  return host::Module::load(find_module(options.module), host::default_cache_directory());
}

std::string event_text(const host::JournalEvent &event) {
  switch (event.kind) {
    case Kind::wake:
      return "wake";
    case Kind::http_done:
      return request_log_line({event.exchange, nullptr, &event.response});
    case Kind::http_lost:
      return fmt::format("#{} lost: its outcome is unknown", event.exchange);
    case Kind::cancel:
      return "cancel";
    case Kind::gap:
      break;
  }
  return "events are missing here";
}

std::string announcement_text(const host::Announcement &announcement) {
  if (announcement.kind == host::Announcement::Kind::cancel)
    return fmt::format("#{} abandoned", announcement.exchange);
  return request_log_line({announcement.exchange, &announcement.request, nullptr});
}

// What the module decided apart from its requests.
std::string decision_text(const ReplayedEvent &seen, uint64_t began_ms) {
  const action_progress &progress = seen.progress;
  if (seen.returned < 0) return fmt::format("refused by the module ({})", seen.returned);
  if (progress.state == ACTION_DONE) return "done";
  std::string text =
      fmt::format("{} of {} confirmed, {} open", progress.confirmed, progress.total, progress.open);
  if (progress.failed > 0) text += fmt::format(", {} failed", progress.failed);
  if (progress.wake_ms <= began_ms) return text;
  const char *why = progress.phase == ACTION_PHASE_RATE_WINDOW ? " for the rate window"
                    : progress.phase == ACTION_PHASE_BACK_OFF  ? " after a failure"
                                                               : "";
  return text + fmt::format("; waits{} until {:.3f} s", why,
                            static_cast<double>(progress.wake_ms - began_ms) / 1000);
}

// Whether two replays have the same requests and decisions.
bool go_the_same_way(const Replay &one, const Replay &other) {
  if (one.events.size() != other.events.size() || one.result.empty() != other.result.empty()) return false;
  for (size_t i = 0; i < one.events.size(); ++i) {
    const ReplayedEvent &a = one.events[i], &b = other.events[i];
    if (a.returned != b.returned || a.announced.size() != b.announced.size() ||
        decision_text(a, 1) != decision_text(b, 1)) {
      return false;
    }
    for (size_t j = 0; j < a.announced.size(); ++j) {
      const host::Announcement &x = a.announced[j], &y = b.announced[j];
      if (x.kind != y.kind || x.exchange != y.exchange || x.request.body.size() != y.request.body.size())
        return false;
    }
  }
  return true;
}

}  // namespace

int replay_journal(const JournalCommandOptions &options) {
  const host::JournalText journal = read(options.journal);
  const host::Module module = load(options);
  const Replay seen = replay(module, journal);

  fmt::print("Journal of {}, {}{}\n", printable(journal.head.run.action),
             counted(journal.events.size(), "event"),
             journal.is_whole ? "" : "; its end is missing or damaged, so more may have happened");
  for (const auto &[name, url] : journal.head.connections) {
    fmt::print("  server    {} {}\n", printable(name), printable(url));
  }
  const std::string &written_with = journal.head.module_sha256;
  const bool is_same = written_with.empty() || written_with == module.description().sha256;
  if (!is_same) fmt::print("  module    not {}, so it may behave differently\n", printable(written_with));
  const uint64_t began_ms = journal.events.empty() ? 0 : journal.events.front().now_ms;
  for (size_t i = 0; i < seen.events.size(); ++i) {
    const host::JournalEvent &event = journal.events[i];
    const uint64_t after_ms = event.now_ms - std::min(event.now_ms, began_ms);
    fmt::print("{:>10.3f} s  {}\n", static_cast<double>(after_ms) / 1000, event_text(event));
    for (const host::Announcement &announcement : seen.events[i].announced) {
      fmt::print("{:>14}{}\n", "", announcement_text(announcement));
    }
    if (event.kind != Kind::gap) fmt::print("{:>14}{}\n", "", decision_text(seen.events[i], began_ms));
  }
  for (const uint32_t exchange : seen.open)
    fmt::print("#{} has no response: it may have been sent\n", exchange);
  fmt::print("{}\n", seen.result.empty() ? "The run has not ended." : host::harmless_json(seen.result));
  if (seen.fits) return 0;
  std::fputs("skipcall: this module behaves differently from the one that the journal was written with\n",
             stderr);
  return 5;
}

int redact_journal(const JournalCommandOptions &options) {
  const host::JournalText journal = read(options.journal);
  const host::JournalText made_up = redacted(journal);
  const host::Module module = load(options);
  if (!go_the_same_way(replay(module, journal), replay(module, made_up))) {
    throw BadInput("journal " + options.journal +
                   ": with made-up strings its run would go differently, so nothing is printed");
  }
  host::LineSums sums;
  std::string text = sums.close(host::write_head(made_up.head));
  for (const host::JournalEvent &event : made_up.events) text += sums.close(host::write_event(event));
  if (made_up.is_whole) text += sums.close_last(host::write_end());
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace skipcall::cli
