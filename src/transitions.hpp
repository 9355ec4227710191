// Every transition of a run, in one place: what a response means, and what becomes of its batch and of the run.
//
// A batch:   waiting -> open -> confirmed | refused | unknown | unsent, or back to waiting for another try.
// The run:   ready -> running -> stopping -> done. `ready` ends with the first wake. `stopping` sends nothing new
//            and ends when the open requests have ended; so does `running` when no batch waits any more. Cancel
//            goes straight to `done`, from anywhere.
#pragma once

#include <cstdint>
#include <string_view>

#include "action.h"
#include "cause.hpp"

namespace skipcall {

enum class RunState : uint8_t { ready, running, stopping, done };

enum class BatchState : uint8_t { waiting, open, confirmed, refused, unknown, unsent };

// What an answer means.
enum class Verdict : uint8_t {
  confirmed,      // 2xx that says how many, or nothing at all
  unexpected,     // an answer that is not the API's
  refused,        // the API will never take this batch
  sequence_gone,  // … nor any other of this sequence
  retry,          // not now
  turned_away,    // not with this credential or configuration; the request was not looked at
  cancelled,      // the host gave the request up
  unforeseen,     // a status that the API does not have
  lost,           // the host was killed while it waited, or could not hold the answer
};

// When a verdict stops the run.
enum class Stops : uint8_t {
  never,
  at_once,
  in_a_row,         // when so many answers in a row have it
  without_success,  // when so many have it, and none has confirmed anything yet
};

// A kill is no failure of the API: what is lost uses up no try, and is no failure in a row. But no run goes
// on for ever: after so many kills in a row with no response between, each counts like a failure.
inline constexpr uint32_t kills_at_most = 100;

// What becomes of things by a verdict. A batch that is tried again ends as its row says when its tries are
// used up; maxAttempts failures in a row, of any verdict that is tried again, stop the run as well.
struct Transition {
  Verdict verdict;
  BatchState batch;              // where it ends
  BatchState batch_sent_before;  // the same, if this or an earlier try may have been carried out
  bool is_tried_again;
  bool ends_sequence;
  Stops stops;
  uint8_t stops_after;  // so many; 0 where `stops` counts nothing
};

inline constexpr Transition transitions[] = {
    {Verdict::confirmed, BatchState::confirmed, BatchState::confirmed, false, false, Stops::never, 0},
    {Verdict::unexpected, BatchState::unknown, BatchState::unknown, true, false, Stops::in_a_row, 2},
    {Verdict::refused, BatchState::refused, BatchState::refused, false, false, Stops::without_success, 3},
    {Verdict::sequence_gone, BatchState::refused, BatchState::refused, false, true, Stops::never, 0},
    {Verdict::retry, BatchState::unsent, BatchState::unknown, true, false, Stops::never, 0},
    {Verdict::turned_away, BatchState::unsent, BatchState::unknown, false, false, Stops::at_once, 0},
    {Verdict::cancelled, BatchState::unsent, BatchState::unknown, false, false, Stops::at_once, 0},
    {Verdict::unforeseen, BatchState::unknown, BatchState::unknown, false, false, Stops::at_once, 0},
    {Verdict::lost, BatchState::unknown, BatchState::unknown, true, false, Stops::never, 0},
};

constexpr const Transition &transition_of(Verdict verdict) {
  return transitions[static_cast<unsigned>(verdict)];
}

// What a status means, before the body is looked at.
struct StatusRow {
  uint16_t from, to;
  Verdict verdict;
  Cause cause;
};

inline constexpr StatusRow status_rows[] = {
    {200, 299, Verdict::confirmed, Cause::unexpected_response},  // the cause, if the body says otherwise
    {300, 399, Verdict::unexpected, Cause::unexpected_response},
    {400, 400, Verdict::refused, Cause::refused},
    {401, 401, Verdict::turned_away, Cause::credential_invalid},
    {402, 402, Verdict::turned_away, Cause::subscription_required},
    {403, 403, Verdict::turned_away, Cause::forbidden},  // a documented code says more
    {404, 404, Verdict::sequence_gone, Cause::not_found},
    {407, 407, Verdict::turned_away, Cause::configuration},
    {408, 408, Verdict::retry, Cause::temporarily_unavailable},
    {409, 409, Verdict::refused, Cause::refused},
    {413, 413, Verdict::refused, Cause::refused},
    {422, 422, Verdict::refused, Cause::refused},
    {425, 425, Verdict::retry, Cause::temporarily_unavailable},
    {429, 429, Verdict::retry, Cause::rate_limited},
    {451, 451, Verdict::turned_away, Cause::forbidden},
    {500, 500, Verdict::retry, Cause::temporarily_unavailable},
    {502, 504, Verdict::retry, Cause::temporarily_unavailable},
    {520, 524, Verdict::retry, Cause::temporarily_unavailable},
};
inline constexpr StatusRow other_status = {0, 0, Verdict::unforeseen, Cause::unexpected_response};

constexpr const StatusRow &row_of_status(uint32_t status) {
  for (const StatusRow &row : status_rows) {
    if (status >= row.from && status <= row.to) return row;
  }
  return other_status;
}

// What a missing answer means, by ACTION_HTTP_*; `code` is what errors[].code says.
struct NetworkRow {
  std::string_view code;
  Verdict verdict;
  Cause cause;
  bool never_sent = false;        // whatever the host says of it
  std::string_view message = {};  // in place of the cause's own
};

inline constexpr std::string_view not_trusted_message =
    "No secure connection to the server could be made: its certificate is not trusted or names another "
    "server, or it does not speak TLS. Check the base URL, the clock, the certificates that this machine "
    "trusts, and any proxy in between, then run again with what remains.";

inline constexpr NetworkRow network_rows[] = {
    {"OTHER", Verdict::retry, Cause::network},  // 0: status 0 with error 0
    {"OTHER", Verdict::retry, Cause::network},
    {"DNS", Verdict::retry, Cause::network},
    {"CONNECT", Verdict::retry, Cause::network},
    {"TLS", Verdict::turned_away, Cause::configuration, false, not_trusted_message},
    {"TIMEOUT", Verdict::retry, Cause::network},
    {"RESET", Verdict::retry, Cause::network},
    {"PROTOCOL", Verdict::retry, Cause::network},
    {"TOO_LARGE", Verdict::unexpected, Cause::unexpected_response},
    {"DENIED", Verdict::turned_away, Cause::configuration, true},
    {"NO_CREDENTIAL", Verdict::turned_away, Cause::configuration, true},
    {"CANCELLED", Verdict::cancelled, Cause::cancelled},
    {"REDIRECT", Verdict::unexpected, Cause::unexpected_response},
};

inline constexpr NetworkRow lost_row = {"LOST", Verdict::lost, Cause::network};

constexpr const NetworkRow &row_of_network_error(uint32_t error) {
  return error <= ACTION_HTTP_REDIRECT ? network_rows[error] : network_rows[ACTION_HTTP_OTHER];
}

}  // namespace skipcall
