// The ABI's request and response (action_http_request, action_http_response) in the host's own memory.
#pragma once
#include <cstdint>
#include <string>

namespace skipcall::host {

struct HttpRequest {
  uint32_t timeout_ms = 0;      // from the start of sending to the last byte of the body; 0: the client's own
  uint32_t response_limit = 0;  // bytes of the decoded body; 0: the client's own
  std::string connection;       // a name of the manifest's connections
  std::string method;
  std::string target;
  std::string headers;  // a header block: name ":" value CRLF, in order, no closing line
  std::string body;
};

struct HttpResponse {
  uint32_t status = 0;  // 200..599, or 0: none came
  uint32_t error = 0;   // ACTION_HTTP_*
  uint32_t flags = 0;   // ACTION_HTTP_NOT_SENT
  std::string headers;  // a header block
  std::string body;     // decoded
  std::string detail;   // of an error, for a person: host, port and cause; not passed to the module
};

}  // namespace skipcall::host
