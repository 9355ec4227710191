// Everything the API document leaves open, and everything that can go wrong on the way, as one set of
// switches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/uuid.hpp"

namespace skipcall::sandbox {

class JsonObject;

// How X-RateLimit-Reset is expressed. The document says "Unix timestamp".
enum class Reset { seconds, milliseconds, delta };

// Retry-After on a 429 (RFC 9110, 10.2.3). The document does not mention it.
enum class RetryAfter { none, seconds, date };

// When the three X-RateLimit headers are sent. The document says "in every response".
enum class RateHeaders { always, not_on_429, never };

// When a rate window begins: with the first request after the last one ended, or at multiples of its length.
enum class WindowStart { first_request, clock };

// The body of an error.
//   nested        {"error":{"code":…,"message":…,"status":…}}, the documented one
//   flat          {"code":…,"message":…}
//   flat_details  {"code":…,"details":…}
//   nest_text     {"statusCode":…,"message":"…","error":"Not Found"}
//   nest_list     the same with "message":["…"]
//   html          a page, as a proxy in front of the server writes it
//   empty         nothing
enum class ErrorBody { nested, flat, flat_details, nest_text, nest_list, html, empty };

// The response to a removal that was done.
//   count       200 {"removed":n}, the documented one
//   no_content  204
//   empty       200 without a body
//   no_count    200 {"success":true}
//   html        200 with a page, as a captive portal writes it
enum class Success { count, no_content, empty, no_count, html };

// The names in a data file are these in camelCase, enum values with "-" for "_": see README.md. The defaults
// are the API as documented.
struct Switches {
  Reset reset = Reset::seconds;
  RetryAfter retry_after = RetryAfter::none;
  RateHeaders rate_headers = RateHeaders::always;

  uint64_t window_ms = 60'000;  // length of a rate window
  WindowStart window_start = WindowStart::first_request;
  uint32_t limit = 0;  // requests per window for every key; 0: as the plan says
  int64_t clock_skew_ms =
      0;  // the server's clock minus the true time: moves Date, Reset and a Retry-After date
  bool date_header = true;

  Success success = Success::count;
  ErrorBody bad_request_body = ErrorBody::nested;
  ErrorBody not_found_body = ErrorBody::nested;
  ErrorBody rate_limited_body = ErrorBody::nested;
  ErrorBody server_error_body = ErrorBody::nested;
  bool echo_key = false;  // error messages quote the caller's key (never a live one): what a host must mask

  uint32_t lost_every = 0;        // every Nth removal is done, but its response is lost; 0: none
  std::optional<Uuid> poison_id;  // a batch that holds this id always fails with 500, and nothing is removed

  uint32_t fail_every = 0;      // every Nth valid request fails before anything is removed; 0: none
  double fail_probability = 0;  // any valid request fails with this probability, by fail_seed
  uint64_t fail_seed = 1;
  std::vector<int> fail_statuses{500};  // taken in turn; 500, 502, 503 or 504

  std::string redirect;  // not empty: every valid request is answered 302 with this Location

  uint32_t latency_ms = 0;  // before each response
  uint32_t body_ms = 0;     // each body is spread over this time
  uint32_t body_bytes = 0;  // bodies are padded with spaces to this length
  bool chunked = false;     // bodies are sent in chunks, without Content-Length
};

// Sets the members that the object names, and leaves the others. Throws DataError for an unknown member or an
// invalid value.
void read_switches(JsonObject &object, Switches &switches);

}  // namespace skipcall::sandbox
