#include "response.hpp"

#include "api.hpp"

namespace skipcall {
namespace {

void read_network(const RawResponse &raw, bool response_began, Response &response) {
  const NetworkRow &row = raw.is_lost ? lost_row : row_of_network_error(raw.error);
  response.verdict = row.verdict;
  response.cause = row.cause;
  response.network_code = row.code;
  response.message = row.message;
  response.maybe_applied = response_began || (row.applied == Applied::maybe && !raw.not_sent);
}

// A success is trusted if it has no body, or a count that is possible.
void read_success(const RawResponse &raw, uint32_t contacts, Response &response) {
  if (raw.status == 204 || raw.body.empty()) return;
  read_response_body(raw.body, response.body);
  if (!response.body.has_removed || response.body.removed > contacts) {
    response.verdict = Verdict::unexpected;
    response.cause = Cause::unexpected_response;
    return;
  }
  response.removed = static_cast<uint32_t>(response.body.removed);
  // A repeat counts only what an earlier transmission left.
  response.maybe_applied = raw.may_have_repeated && response.removed < contacts;
}

// Another server's 404 says nothing about the sequence, and its 403 nothing about the key. The API's have no body (its
// document gives 404 none), or an object with an error, or at least the rate limit that each of its responses has.
// Where headers are hidden, in a page of another origin, the body has to tell.
bool is_of_another_server(const RawResponse &raw, const Response &response) {
  if (raw.error != ACTION_HTTP_OK) return raw.error == ACTION_HTTP_TOO_LARGE;
  const ResponseHeaders &headers = response.headers;
  const bool has_rate_limit = headers.has_limit || headers.has_remaining || headers.has_reset;
  return !raw.body.empty() && !response.body.has_error && !(response.body.is_object && has_rate_limit);
}

// Whether only the API itself can say this.
bool is_of_api_alone(const StatusRow &row) {
  return row.verdict == Verdict::refused || row.verdict == Verdict::sequence_gone ||
         (row.verdict == Verdict::turned_away && row.cause != Cause::configuration);
}

}  // namespace

void read_response(const RawResponse &raw, uint32_t contacts, Response &response) {
  response.headers = read_headers(raw.headers);
  response.removed = 0;
  response.status = 0;
  response.network_code = {};
  response.message = {};
  const bool is_success = raw.status >= 200 && raw.status <= 299;
  // A success whose body was cut off is not a response; of any other status only the status counts.
  if (raw.status < 200 || raw.status > 599 || (is_success && raw.error != ACTION_HTTP_OK)) {
    read_network(raw, is_success, response);
    if (is_success) response.status = static_cast<uint16_t>(raw.status);
    return;
  }

  const StatusRow &row = row_of_status(raw.status);
  response.status = static_cast<uint16_t>(raw.status);
  response.verdict = row.verdict;
  response.cause = row.cause;
  response.maybe_applied =
      row.applied == Applied::maybe || (row.applied == Applied::not_by_this && raw.may_have_repeated);
  if (row.verdict == Verdict::confirmed) {
    read_success(raw, contacts, response);
    return;
  }
  if (raw.error == ACTION_HTTP_OK) read_response_body(raw.body, response.body);
  if (is_of_api_alone(row) && is_of_another_server(raw, response)) {
    response.verdict = Verdict::unexpected;
    response.cause = Cause::unexpected_response;
    return;
  }
  if (raw.status == 403) {
    const std::string_view code = response.body.code.view();
    if (code == api::subscription_required) response.cause = Cause::subscription_required;
    if (code == api::plan_not_eligible) response.cause = Cause::plan_not_eligible;
  }
}

}  // namespace skipcall
