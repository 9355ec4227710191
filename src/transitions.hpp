// Every transition of a run, in one place: what a response means, and what becomes of its batch and of the run.
//
// A batch:   waiting -> open -> confirmed | refused | unknown | unsent, or back to waiting for another try.
// The run:   ready -> running -> stopping -> done. `ready` ends with the first wake. `stopping` sends nothing new
//            and ends when the open requests have ended; so does `running` when no batch is waiting. Cancel
//            goes straight to `done`, from anywhere.
#pragma once

#include <cstdint>
#include <string_view>

#include "action.h"
#include "cause.hpp"

namespace skipcall {

enum class RunState : uint8_t { ready, running, stopping, done };

enum class BatchState : uint8_t { waiting, open, confirmed, refused, unknown, unsent };

// What a response, or its absence, means.
enum class Verdict : uint8_t {
  confirmed,      // a success with a count, or with no body
  unexpected,     // a response that is not the API's
  refused,        // the API will never take this batch
  sequence_gone,  // … nor any other of this sequence
  retry,          // not now
  rate_limited,   // not in this rate window
  turned_away,    // not with this credential or configuration; the request was not looked at
  cancelled,      // the host gave the request up
  unforeseen,     // a status that the API does not have
  lost,           // the host was killed while it waited, or could not hold the response
};
inline constexpr unsigned verdict_count = 10;

// Whether and when a batch is sent again.
enum class Retried : uint8_t {
  never,
  after_fresh,   // after all batches that were never sent
  before_fresh,  // the first time before them, then after them
};

// When a verdict stops the run.
enum class Stops : uint8_t {
  never,
  at_once,
  in_a_row,         // after `stops_after` of it with no other verdict between
  without_success,  // after `stops_after` of it, if nothing has been confirmed yet
};

// What a verdict does to the pace of the run.
enum class Pacing : uint8_t {
  unchanged,
  opens_up,    // probing is over: the response shows what a single request was sent to find out
  success,     // … and so are failures in a row
  back_off,    // a failure: the run holds, then probes
  rate_limit,  // … for as long as the API says
};

// A killed host is not a failure of the API. But every run ends: after this many kills in a row, each further
// one counts as a failure.
inline constexpr uint8_t kills_forgiven = 100;

// What a verdict means for batch, sequence and run. maxAttempts failures in a row, of any verdicts whose
// pacing is back_off or rate_limit, also stop the run.
struct Transition {
  Verdict verdict;
  BatchState batch;          // where it ends, at once or when its tries are used up
  BatchState maybe_applied;  // … if any of its tries may have been applied
  Retried retried;
  uint8_t forgiven;  // this many in a row use up no try, and are not failures
  bool ends_sequence;
  Pacing pacing;
  Stops stops;
  uint8_t stops_after;  // 0 if `stops` does not count
};

// clang-format off
inline constexpr Transition transitions[] = {
    // verdict               ends as                if maybe applied       retried                forgiven        sequence pacing              stops
    {Verdict::confirmed,     BatchState::confirmed, BatchState::confirmed, Retried::never,        0,              false, Pacing::success,    Stops::never, 0},
    {Verdict::unexpected,    BatchState::unknown,   BatchState::unknown,   Retried::after_fresh,  0,              false, Pacing::back_off,   Stops::in_a_row, 2},
    {Verdict::refused,       BatchState::refused,   BatchState::refused,   Retried::never,        0,              false, Pacing::unchanged,  Stops::without_success, 3},
    {Verdict::sequence_gone, BatchState::refused,   BatchState::refused,   Retried::never,        0,              true,  Pacing::opens_up,   Stops::never, 0},
    {Verdict::retry,         BatchState::unsent,    BatchState::unknown,   Retried::after_fresh,  0,              false, Pacing::back_off,   Stops::never, 0},
    {Verdict::rate_limited,  BatchState::unsent,    BatchState::unknown,   Retried::after_fresh,  0,              false, Pacing::rate_limit, Stops::never, 0},
    {Verdict::turned_away,   BatchState::unsent,    BatchState::unknown,   Retried::never,        0,              false, Pacing::unchanged,  Stops::at_once, 0},
    {Verdict::cancelled,     BatchState::unsent,    BatchState::unknown,   Retried::never,        0,              false, Pacing::unchanged,  Stops::at_once, 0},
    {Verdict::unforeseen,    BatchState::unknown,   BatchState::unknown,   Retried::never,        0,              false, Pacing::unchanged,  Stops::at_once, 0},
    {Verdict::lost,          BatchState::unknown,   BatchState::unknown,   Retried::before_fresh, kills_forgiven, false, Pacing::back_off,   Stops::never, 0},
};
// clang-format on

constexpr const Transition &transition_of(Verdict verdict) {
  return transitions[static_cast<unsigned>(verdict)];
}

// Whether an unsuccessful try may have been applied.
enum class Applied : uint8_t {
  maybe,
  no,
  not_by_this,  // only by an earlier transmission of the same request, if the platform may have repeated it
};

// What a status means, before the body is looked at.
struct StatusRow {
  uint16_t from, to;
  Verdict verdict;
  Cause cause;
  Applied applied = Applied::maybe;
};

inline constexpr StatusRow status_rows[] = {
    {200, 201, Verdict::confirmed, Cause::none},                  // unless the body says otherwise
    {202, 202, Verdict::unexpected, Cause::unexpected_response},  // accepted, not carried out
    {203, 204, Verdict::confirmed, Cause::none},
    {205, 299, Verdict::unexpected, Cause::unexpected_response},  // in part, or not for all
    {300, 399, Verdict::unexpected, Cause::unexpected_response},
    {400, 400, Verdict::refused, Cause::refused},
    {401, 401, Verdict::turned_away, Cause::credential_invalid, Applied::no},
    {402, 402, Verdict::turned_away, Cause::subscription_required, Applied::no},
    {403, 403, Verdict::turned_away, Cause::forbidden, Applied::no},  // a documented code says more
    {404, 404, Verdict::sequence_gone, Cause::not_found},
    {407, 407, Verdict::turned_away, Cause::configuration, Applied::no},
    {408, 408, Verdict::retry, Cause::temporarily_unavailable},
    {409, 409, Verdict::refused, Cause::refused},
    {413, 413, Verdict::refused, Cause::refused},
    {422, 422, Verdict::refused, Cause::refused},
    {425, 425, Verdict::retry, Cause::temporarily_unavailable},
    {429, 429, Verdict::rate_limited, Cause::rate_limited, Applied::not_by_this},
    {451, 451, Verdict::turned_away, Cause::forbidden, Applied::no},
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

// What a missing response means, by ACTION_HTTP_*; `code` becomes errors[].code.
struct NetworkRow {
  std::string_view code;
  Verdict verdict;
  Cause cause;
  Applied applied = Applied::maybe;  // maybe: unless the host is certain that it was not sent
  std::string_view message = {};     // in place of the cause's own
};

inline constexpr std::string_view not_trusted_message =
    "No secure connection to the server could be made: its certificate is not trusted or is for another "
    "server, or the server does not speak TLS. Check the base URL, the clock, the certificates that this "
    "machine trusts, and any proxy in between, then run again with the remaining contacts.";

inline constexpr NetworkRow network_rows[] = {
    {"OTHER", Verdict::retry, Cause::network},  // 0: status 0 with error 0
    {"OTHER", Verdict::retry, Cause::network},
    {"DNS", Verdict::retry, Cause::network},
    {"CONNECT", Verdict::retry, Cause::network},
    {"TLS", Verdict::turned_away, Cause::configuration, Applied::maybe, not_trusted_message},
    {"TIMEOUT", Verdict::retry, Cause::network},
    {"RESET", Verdict::retry, Cause::network},
    {"PROTOCOL", Verdict::retry, Cause::network},
    {"TOO_LARGE", Verdict::unexpected, Cause::unexpected_response},
    {"DENIED", Verdict::turned_away, Cause::configuration, Applied::no},
    {"NO_CREDENTIAL", Verdict::turned_away, Cause::configuration, Applied::no},
    {"CANCELLED", Verdict::cancelled, Cause::cancelled},
    {"REDIRECT", Verdict::unexpected, Cause::unexpected_response},
};

inline constexpr NetworkRow lost_row = {"LOST", Verdict::lost, Cause::network};

constexpr const NetworkRow &row_of_network_error(uint32_t error) {
  return error <= ACTION_HTTP_REDIRECT ? network_rows[error] : network_rows[ACTION_HTTP_OTHER];
}

}  // namespace skipcall
