#include "summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "wording.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

constexpr size_t shown_at_most = 20;  // sequences and invalid ids; a screen's worth

uint64_t number(const Json &object, const char *key) {
  return object.value(key, uint64_t{0});
}

// A member that is a string or null; null and absence are "".
std::string text(const Json &object, const char *key) {
  const auto member = object.find(key);
  return member == object.end() || member->is_null() ? std::string() : printable(member->get<std::string>());
}

// The result also has those of which all ids are invalid.
Json sequences_with_contacts(const Json &result) {
  Json found = Json::array();
  for (const Json &sequence : result.value("sequences", Json::array())) {
    if (number(sequence, "unique") > 0) found.push_back(sequence);
  }
  return found;
}

std::string reason_text(const InvalidId &id) {
  if (id.is_sequence && id.reason == "empty") return "the sequence id is empty";
  if (id.is_sequence && id.reason == "not-text")
    return "the sequence id is not text; put it in quotation marks";
  if (id.is_sequence) return "is not a sequence id";
  if (!id.odd.empty()) return "is not a UUID: it holds the character " + printable(id.odd);
  if (!id.hint.empty()) return "is not a UUID: " + printable(id.hint);
  if (id.reason == "not-a-uuid") return "is not a UUID";
  if (id.reason == "not-text") return "is not text";
  if (id.reason == "empty") return "is empty";
  return "is not a contact id (" + printable(id.reason) + ")";
}

class Summary {
 public:
  Summary(const Json &result, const SummaryContext &context, const Colours &colours)
      : result_(result), context_(context), colours_(colours), sequences_(sequences_with_contacts(result)) {}

  std::string text_of_all() {
    headline();
    counts();
    errors();
    invalid_ids();
    sequences();
    useless_sequences();
    if (!context_.remaining_file.empty()) {
      line("The remaining contacts are in " + printable(context_.remaining_file) + "; to send them again:");
      line("  skipcall remove-contacts " + shell_word(context_.remaining_file));
    }
    if (!context_.report_file.empty()) {
      line("The outcome of each row is in " + printable(context_.report_file) + ".");
    }
    if (context_.sandbox)
      line("This was the sandbox (" + printable(context_.server) + "); nothing real was touched.");
    return std::move(text_);
  }

 private:
  void line(const std::string &content) { text_ += content + "\n"; }
  void count(std::string_view name, uint64_t value, std::string_view meaning) {
    if (value > 0) line(fmt::format("  {:<10} {:>9}  {}", name, grouped(value), meaning));
  }

  // "3,214 contacts in 4 sequences"
  std::string in_sequences(uint64_t contacts) const {
    return counted(contacts, "contact") + " in " + counted(sequences_.size(), "sequence");
  }

  // "3,214 contacts are out of their 4 sequences", with `before` before it.
  std::string out_of_sequences(const std::string &before, uint64_t contacts) const {
    const std::string many = sequences_.size() == 1 ? "sequence" : counted(sequences_.size(), "sequence");
    return before + counted(contacts, "contact") +
           (contacts == 1 ? " is out of its " : " are out of their ") + many + ".";
  }

  void headline() {
    const std::string status = text(result_, "status");
    const uint64_t unique = number(result_, "unique");
    const std::string of = grouped(number(result_, "confirmed")) + " of ";
    if (result_.value("dryRun", false) && status == "completed") {
      line(colours_.good("Dry run: ") + in_sequences(unique) + " would be removed; nothing was sent.");
      text_ += context_.selection;
    } else if (status == "completed" && unique == 0) {
      line(colours_.good("Nothing to do: ") + "the input holds no contacts.");
    } else if (number(result_, "confirmed") > 0 && number(result_, "removed") == 0) {
      nothing_removed(status == "completed");
    } else if (status == "completed") {
      line(colours_.good("Done: ") + out_of_sequences("", unique));
    } else if (number(result_, "requests") == 0) {
      const bool all_invalid =
          context_.skip_invalid && number(result_, "unique") == 0 && number(result_, "invalid") > 0;
      line(colours_.bad("Failed: ") + "nothing was sent" + (all_invalid ? ", since no id is valid." : "."));
    } else if (status == "failed") {
      line(colours_.bad("Failed: ") + out_of_sequences(of, unique));
    } else {
      line(colours_.warning(status == "cancelled" ? "Stopped: " : "Partly done: ") +
           out_of_sequences(of, unique));
    }
  }

  // Accepted by the API, but without effect: most likely the wrong ids were given.
  void nothing_removed(bool completed) {
    const uint64_t confirmed = number(result_, "confirmed");
    const std::string many = confirmed == 1
                                 ? "the contact was not in its sequence"
                                 : "none of the " + grouped(confirmed) + " contacts was in its sequence";
    const bool exact = result_.value("removedExact", true);
    const std::string of = completed ? "" : ", of " + grouped(number(result_, "unique")) + " in all";
    if (exact) line(colours_.warning("Nothing was removed: ") + many + of + ".");
    if (!exact)
      line(colours_.warning("Nothing is known to have been removed: ") + "the count is incomplete.");
    line("  If that is unexpected: the contact column, the sequence or the key may be the wrong one.");
  }

  void counts() {
    const uint64_t confirmed = number(result_, "confirmed");
    const uint64_t removed = number(result_, "removed");
    const bool exact = result_.value("removedExact", true);
    if (confirmed > 0 && removed < confirmed && removed > 0) {
      line(exact ? fmt::format("  {} removed now, {} not in their sequence", grouped(removed),
                               grouped(confirmed - removed))
                 : fmt::format(
                       "  at least {} removed now; for the others there was no count, or they were not in "
                       "their sequence",
                       grouped(removed)));
    }
    const bool all_well = text(result_, "status") == "completed";
    if (!all_well) count("confirmed", confirmed, "are no longer in their sequence");
    count("refused", number(result_, "refused"), "rejected by Skipcall; do not send them again unchanged");
    count("unknown", number(result_, "unknown"),
          "sent, but no clear response came; sending them again is safe");
    if (!all_well) count("unsent", number(result_, "unsent"), "not carried out; sending them again is safe");
    count("duplicates", number(result_, "duplicates"), "left out");
    const bool is_refused = text(result_, "stoppedBy") == "invalid-input";
    count("invalid", number(result_, "invalid"), is_refused ? "these are why nothing was sent" : "left out");
    if (const uint64_t requests = number(result_, "requests"); requests > 0) {
      std::string sent = "  " + counted(requests, "request");
      if (const uint64_t retries = number(result_, "retries"))
        sent += ", " + grouped(retries) + " of them retries";
      if (const uint64_t waited = number(result_, "waitedMs"))
        sent += ", " + duration_text(waited) + " waited";
      line(sent + (context_.sandbox ? "" : " to " + printable(context_.server)));
    }
  }

  void errors() {
    for (const Json &error : result_.value("errors", Json::array())) {
      std::string origin;
      if (const auto status = error.find("httpStatus"); status != error.end() && status->is_number()) {
        if (status->get<int>() != 0) origin = "HTTP " + std::to_string(status->get<int>());
      }
      if (const std::string code = text(error, "code"); !code.empty())
        origin += (origin.empty() ? "" : " ") + code;
      if (origin.empty()) origin = text(error, "cause");
      // If an input is refused as a whole, this counts the good ones.
      const uint64_t contacts = text(error, "cause") == "invalid-input" ? 0 : number(error, "contacts");
      line(colours_.bad(origin) + (contacts > 0 ? " (" + counted(contacts, "contact") + ")" : "") + ": " +
           text(error, "message"));
      const bool is_connections =
          text(error, "cause") == "network" || text(error, "cause") == "configuration";
      if (is_connections && !context_.last_failure.empty()) line("  " + printable(context_.last_failure));
      if (const std::string api = text(error, "apiMessage"); !api.empty()) line("  The server says: " + api);
      if (const uint64_t at = parse_utc(text(error, "retryAt"))) {
        line("  Try again after " + clock_text(at, context_.now_ms) + ".");
      }
    }
  }

  void invalid_ids() {
    const size_t shown = context_.all_invalid ? context_.invalid.size() : shown_at_most;
    for (size_t i = 0; i < std::min(shown, context_.invalid.size()); ++i) {
      line("  " + printable(context_.invalid[i].place) + ": " + reason_text(context_.invalid[i]));
    }
    if (context_.invalid.size() > shown) {
      line("  and " + grouped(context_.invalid.size() - shown) + " more; --verbose names all");
    }
    for (const FileColumns &columns : context_.columns) {
      const auto is_in = [&](const InvalidId &id) { return !id.is_sequence && id.file == columns.source; };
      if (std::none_of(context_.invalid.begin(), context_.invalid.end(), is_in)) continue;
      line("  the ids of " + printable(columns.source) + " are from the column " +
           in_quotes(columns.contact) + "; --columns contact=NAME reads another");
    }
    if (!context_.invalid.empty() && text(result_, "status") == "failed" && !context_.skip_invalid) {
      line(
          "  if none of them says what the others are, --skip-invalid leaves them out and continues with the rest");
    }
  }

  // Sequences from which nothing was removed, if something was from others: perhaps they are the wrong ones.
  void useless_sequences() {
    if (number(result_, "removed") == 0 || !result_.value("removedExact", true)) return;
    size_t found = 0;
    for (const Json &sequence : sequences_) {
      const uint64_t confirmed = number(sequence, "confirmed");
      if (confirmed == 0 || number(sequence, "removed") > 0 || !sequence.contains("removed")) continue;
      if (++found > shown_at_most) continue;
      line("  nothing was removed from sequence " + text(sequence, "sequenceId") + " (" +
           counted(confirmed, "contact") + "); is it the right one?");
    }
    if (found > shown_at_most) line("  nor from " + grouped(found - shown_at_most) + " more sequences");
  }

  // Which sequences are unfinished, if some are and some are not.
  void sequences() {
    if (sequences_.size() < 2 || text(result_, "status") == "completed" || number(result_, "requests") == 0)
      return;
    size_t open = 0;
    for (const Json &sequence : sequences_) {
      if (text(sequence, "status") == "completed" || ++open > shown_at_most) continue;
      line(fmt::format("  sequence {}: {} of {}", text(sequence, "sequenceId"),
                       grouped(number(sequence, "confirmed")),
                       counted(number(sequence, "unique"), "contact")));
    }
    if (open > shown_at_most) line("  and " + grouped(open - shown_at_most) + " more sequences");
  }

  const Json &result_;
  const SummaryContext &context_;
  const Colours &colours_;
  const Json sequences_;
  std::string text_;
};

}  // namespace

std::string summary_text(const Json &result, const SummaryContext &context, const Colours &colours) {
  return Summary(result, context, colours).text_of_all();
}

}  // namespace skipcall::cli
