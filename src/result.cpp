#include "result.hpp"

#include "unix_time.hpp"

namespace skipcall {
namespace {

constexpr std::string_view lists_left_out =
    "The action ran out of memory, so the lists of IDs are left out. Run again with the same input in "
    "smaller parts; that is safe.";

void write_time(JsonWriter &json, uint64_t ms) {
  if (char *at = json.raw_string(iso_time_length); at != nullptr) write_iso_time(ms, at);
}

}  // namespace

void ResultWriter::Totals::add(const Batch &batch) {
  if (batch.state == BatchState::confirmed) confirmed += batch.contacts;
  if (batch.state == BatchState::refused) refused += batch.contacts;
  if (batch.state == BatchState::unknown) unknown += batch.contacts;
  if (batch.state == BatchState::unsent) unsent += batch.contacts;
}

std::string_view ResultWriter::Totals::status() const {
  if (refused + unknown + unsent == 0) return "completed";
  return confirmed == 0 ? "failed" : "partial";
}

std::string_view ResultWriter::status() const {
  const Counts &counts = account_.counts;
  const Removals &removals = account_.input.removals;
  const uint32_t unconfirmed = counts.refused + counts.unknown + counts.unsent;
  if (account_.errors.has(Cause::cancelled) && unconfirmed > 0) return "cancelled";
  if (account_.stopped_by == Cause::invalid_input || account_.stopped_by == Cause::configuration ||
      account_.stopped_by == Cause::internal) {
    return counts.confirmed == 0 ? "failed" : "partial";
  }
  if (account_.input.options.dry_run) return "completed";
  if (unconfirmed == 0 && (removals.invalid == 0 || account_.total > 0)) return "completed";
  return counts.confirmed == 0 ? "failed" : "partial";
}

void ResultWriter::number_errors() {
  for (const Batch &batch : account_.batches) {
    if (batch.error != ErrorLog::none) contacts_of_error_[batch.error] += batch.contacts;
  }
  uint16_t reported = 0;
  for (uint16_t i = 0; i < account_.errors.size(); i++) {
    const bool is_reported = contacts_of_error_[i] > 0 || i == account_.stop_error;
    number_of_error_[i] = is_reported ? reported++ : ErrorLog::none;
  }
}

// Enough for almost every result, so that a large one need not be copied each time it grows.
size_t ResultWriter::size_at_most() const {
  const Removals &removals = account_.input.removals;
  const Counts &counts = account_.counts;
  const size_t listed = size_t{counts.refused} + counts.unknown + counts.unsent;
  return 4096 + listed * (contact_id_length + 3) + removals.sequences.size() * 256 +
         3 * removals.sequences.name_bytes() + removals.invalid_ids.size() * 72;
}

bool ResultWriter::write(Text &out) {
  if (!out.reserve(size_at_most())) return false;
  number_errors();
  JsonWriter json(out);
  json.start_object();
  write_counts(json, status(), account_.stopped_by);
  write_sequences(json);
  write_invalid_ids(json);
  json.key("remaining");
  write_ids(json, false);
  json.key("refusedIds");
  write_ids(json, true);
  write_errors(json);
  write_warnings(json);
  write_rate_limit(json);
  json.end_object();
  return out.ok();
}

void ResultWriter::write_short(Text &out) {
  JsonWriter json(out);
  json.start_object();
  const std::string_view status = account_.counts.confirmed == 0 ? "failed" : "partial";
  write_counts(json, status, Cause::internal);
  for (const std::string_view list : {"sequences", "invalidIds"}) json.key(list).start_array().end_array();
  for (const std::string_view ids : {"remaining", "refusedIds"}) {
    json.key(ids).start_object().key("removals").start_array().end_array().end_object();
  }
  json.key("errors").start_array().start_object();
  json.key("cause").string(cause_name(Cause::internal)).key("code").null().key("httpStatus").null();
  json.key("retryable").boolean(false).key("retryAt").null().key("message").string(lists_left_out);
  json.key("apiMessage").null().key("contacts").number(account_.total - account_.counts.confirmed);
  json.end_object().end_array();
  json.key("warnings").start_array().end_array().key("rateLimit").null();
  json.end_object();
}

void ResultWriter::write_counts(JsonWriter &json, std::string_view status, Cause stopped_by) const {
  const Counts &counts = account_.counts;
  const Removals &removals = account_.input.removals;
  json.key("status").string(status);
  json.key("dryRun").boolean(account_.input.options.dry_run);
  json.key("stoppedBy").string_or_null(cause_name(stopped_by));
  // An input that did not fit into memory has no account: the part that was read is not reported as the whole.
  const bool counted = !account_.input.out_of_memory;
  json.key("requested").number(counted ? removals.requested : 0);
  json.key("invalid").number(counted ? removals.invalid : 0);
  json.key("duplicates").number(counted ? removals.duplicates : 0);
  json.key("unique").number(account_.total);
  json.key("confirmed").number(counts.confirmed).key("refused").number(counts.refused);
  json.key("unknown").number(counts.unknown).key("unsent").number(counts.unsent);
  json.key("removed").number(counts.removed).key("removedExact").boolean(counts.removed_exact);
  json.key("batches").number(account_.batches.size());
  json.key("requests").number(counts.requests).key("retries").number(counts.retries);
  json.key("rateLimited").number(counts.rate_limited).key("waitedMs").number(counts.waited_ms);
}

void ResultWriter::write_sequences(JsonWriter &json) const {
  const Removals &removals = account_.input.removals;
  json.key("sequences").start_array();
  for (const Sequence &sequence : removals.sequences) {
    Totals totals;
    for (uint32_t i = 0; i < sequence.batches; i++) totals.add(account_.batches[sequence.first_batch + i]);
    json.start_object();
    json.key("sequenceId").string(removals.sequences.name_of(sequence));
    json.key("status").string(
        account_.input.options.dry_run && account_.stopped_by == Cause::none ? "completed" : totals.status());
    json.key("unique").number(sequence.contacts);
    json.key("confirmed").number(totals.confirmed).key("refused").number(totals.refused);
    json.key("unknown").number(totals.unknown).key("unsent").number(totals.unsent);
    json.key("removed").number(sequence.removed);
    json.end_object();
  }
  json.end_array();
}

void ResultWriter::write_invalid_ids(JsonWriter &json) const {
  json.key("invalidIds").start_array();
  for (const InvalidId &id : account_.input.removals.invalid_ids) {
    json.start_object().key("removal").number(id.removal).key("contact");
    if (id.contact == InvalidId::sequence_id) {
      json.null();
    } else {
      json.number(id.contact);
    }
    json.key("reason").string(invalid_reason_name(id.reason));
    if (id.contact == InvalidId::sequence_id) json.key("contacts").number(id.contacts);
    json.end_object();
  }
  json.end_array();
}

// The ids of all batches with these outcomes, those of one sequence, outcome and error together.
void ResultWriter::write_ids(JsonWriter &json, bool refused) const {
  const Removals &removals = account_.input.removals;
  json.start_object().key("removals").start_array();
  const Batch *before = nullptr;
  for (const Batch &batch : account_.batches) {
    const bool listed = refused ? batch.state == BatchState::refused
                                : batch.state == BatchState::unknown || batch.state == BatchState::unsent;
    if (!listed) continue;
    const bool goes_on = before != nullptr && before->sequence == batch.sequence &&
                         before->state == batch.state && before->error == batch.error;
    if (!goes_on) {
      if (before != nullptr) json.end_array().end_object();
      json.start_object();
      json.key("sequenceId").string(removals.sequences.name_of(removals.sequences[batch.sequence]));
      json.key("outcome").string(refused                              ? "refused"
                                 : batch.state == BatchState::unknown ? "unknown"
                                                                      : "unsent");
      json.key("error");
      if (batch.error == ErrorLog::none) {
        json.null();
      } else {
        json.number(number_of_error_[batch.error]);
      }
      json.key("contactIds").start_array();
    }
    char *at = json.raw(batch.contacts * contact_id_quoted - 1);
    if (at == nullptr) return;
    write_contact_ids(&removals.contacts[batch.first], batch.contacts, at);
    before = &batch;
  }
  if (before != nullptr) json.end_array().end_object();
  json.end_array().end_object();
}

void ResultWriter::write_errors(JsonWriter &json) const {
  json.key("errors").start_array();
  for (uint16_t i = 0; i < account_.errors.size(); i++) {
    if (number_of_error_[i] == ErrorLog::none) continue;
    const ErrorEntry &error = account_.errors[i];
    json.start_object();
    json.key("cause").string(cause_name(error.cause));
    json.key("code").string_or_null(account_.errors.code(error));
    json.key("httpStatus");
    if (error.status == 0) {
      json.null();
    } else {
      json.number(error.status);
    }
    json.key("retryable").boolean(is_retryable(error.cause));
    json.key("retryAt");
    if (error.retry_at_ms == 0) {
      json.null();
    } else {
      write_time(json, error.retry_at_ms);
    }
    json.key("message").string(account_.errors.message(error));
    json.key("apiMessage").string_or_null(account_.errors.api_message(error));
    json.key("contacts").number(contacts_of_error_[i]);
    json.end_object();
  }
  json.end_array();
}

void ResultWriter::write_warnings(JsonWriter &json) const {
  uint32_t untouched = 0;
  for (const Sequence &sequence : account_.input.removals.sequences) {
    bool confirmed = sequence.batches > 0;
    for (uint32_t i = 0; i < sequence.batches; i++) {
      confirmed = confirmed && account_.batches[sequence.first_batch + i].state == BatchState::confirmed;
    }
    if (confirmed && sequence.removed == 0) untouched++;
  }
  json.key("warnings").start_array();
  const auto warn = [&json](std::string_view code, uint32_t count) {
    json.start_object().key("code").string(code).key("count").number(count).end_object();
  };
  if (account_.total == 0 && account_.stopped_by == Cause::none) warn("nothing-to-do", 1);
  if (untouched > 0 && account_.counts.removed_exact) warn("nothing-was-in-sequence", untouched);
  json.end_array();
}

void ResultWriter::write_rate_limit(JsonWriter &json) const {
  json.key("rateLimit");
  if (!window_.has_limit() && !window_.has_remaining()) {
    json.null();
    return;
  }
  json.start_object().key("limit");
  window_.has_limit() ? json.number(window_.limit()) : json.null();
  json.key("remaining");
  window_.has_remaining() ? json.number(window_.remaining()) : json.null();
  json.key("resetAt");
  if (window_.has_reset()) {
    write_time(json, window_.unjittered_reset_ms());
  } else {
    json.null();
  }
  json.end_object();
}

}  // namespace skipcall
