#include "answer.hpp"

#include "api.hpp"

namespace skipcall {
namespace {

void read_network(const RawAnswer &raw, bool answer_began, Answer &answer) {
  const NetworkRow &row = raw.is_lost ? lost_row : row_of_network_error(raw.error);
  answer.verdict = row.verdict;
  answer.cause = row.cause;
  answer.network_code = row.code;
  answer.message = row.message;
  answer.maybe_applied = answer_began || (row.applied == Applied::maybe && !raw.not_sent);
}

// A 2xx is trusted if it has no body, or a count that is possible.
void read_success(const RawAnswer &raw, uint32_t contacts, Answer &answer) {
  if (raw.status == 204 || raw.body.empty()) return;
  read_answer_body(raw.body, answer.body);
  if (!answer.body.has_removed || answer.body.removed > contacts) {
    answer.verdict = Verdict::unexpected;
    answer.cause = Cause::unexpected_response;
    return;
  }
  answer.removed = static_cast<uint32_t>(answer.body.removed);
  // A repeat counts only what the transmission before it has left.
  answer.maybe_applied = raw.may_have_repeated && answer.removed < contacts;
}

}  // namespace

void read_answer(const RawAnswer &raw, uint32_t contacts, Answer &answer) {
  answer.headers = read_headers(raw.headers);
  answer.removed = 0;
  answer.status = 0;
  answer.network_code = {};
  answer.message = {};
  const bool is_success = raw.status >= 200 && raw.status <= 299;
  // A success whose body was cut off is not a response; of any other status only the status counts.
  if (raw.status < 200 || raw.status > 599 || (is_success && raw.error != ACTION_HTTP_OK)) {
    read_network(raw, is_success, answer);
    if (is_success) answer.status = static_cast<uint16_t>(raw.status);
    return;
  }

  const StatusRow &row = row_of_status(raw.status);
  answer.status = static_cast<uint16_t>(raw.status);
  answer.verdict = row.verdict;
  answer.cause = row.cause;
  answer.maybe_applied =
      row.applied == Applied::maybe || (row.applied == Applied::not_by_this && raw.may_have_repeated);
  if (is_success) {
    read_success(raw, contacts, answer);
    return;
  }
  if (raw.error == ACTION_HTTP_OK) read_answer_body(raw.body, answer.body);
  if (raw.status == 403) {
    const std::string_view code = answer.body.code.view();
    if (code == api::subscription_required) answer.cause = Cause::subscription_required;
    if (code == api::plan_not_eligible) answer.cause = Cause::plan_not_eligible;
  }
}

}  // namespace skipcall
