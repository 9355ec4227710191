// A response as the run sees it: its verdict, and what the result will report.
#pragma once

#include <cstdint>
#include <string_view>

#include "http_headers.hpp"
#include "response_body.hpp"
#include "transitions.hpp"

namespace skipcall {

// What the host delivered. Borrowed.
struct RawResponse {
  uint32_t status = 0;
  uint32_t error = ACTION_HTTP_OTHER;
  bool not_sent = false;
  std::string_view headers;
  std::string_view body;
  bool may_have_repeated = false;
  bool is_lost = false;  // nothing is known: the host did not run, or had no memory for the response
};

struct Response {
  Verdict verdict;
  Cause cause;
  bool maybe_applied;  // this try may have removed contacts that `removed` does not count
  uint32_t removed;
  uint16_t status;                // 0: none
  std::string_view network_code;  // of a missing response; else ""
  std::string_view message;       // in place of the cause's own, if not empty
  ResponseHeaders headers;
  ResponseBody body;
};

// Reads the response to a batch of `contacts`, by the tables in transitions.hpp.
void read_response(const RawResponse &raw, uint32_t contacts, Response &response);

}  // namespace skipcall
