// An HTTP request and its response as the sandbox sees them: plain data, no sockets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace skipcall::sandbox {

// A header line. Names compare case-insensitively (RFC 9110, 5.1); values have no white space around them.
struct Header {
  std::string name;
  std::string value;
};

// A request as it was on the wire: the target is not decoded, repeated headers stay separate, the body is
// raw.
struct Request {
  std::string method;
  std::string target;
  std::vector<Header> headers;
  std::string body;
};

// What the server sends, and how. Content-Length is left to the sender.
struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  uint32_t delay_ms = 0;  // to wait before the first byte
  uint32_t body_ms = 0;   // to spread the body over
  bool chunked = false;   // send the body with Transfer-Encoding: chunked
  bool lost = false;      // send nothing at all: close the connection
  uint32_t contacts = 0;  // ids in the request, for a log
};

// The value of the first header of that name, or null. Borrowed from `headers`.
const std::string *find_header(const std::vector<Header> &headers, std::string_view name);

// How many headers have that name.
size_t count_headers(const std::vector<Header> &headers, std::string_view name);

// The text with everything that looks like an API key (sk_live_…, sk_test_…) cut to its prefix and "***".
std::string mask_keys(std::string_view text);

}  // namespace skipcall::sandbox
