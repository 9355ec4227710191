#include "request_log.hpp"

#include "action.h"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

std::string cut(std::string_view text) {
  constexpr size_t most = 4096;  // a whole batch of 100 ids fits
  return printable(text.substr(0, most)) + (text.size() > most ? "…" : "");
}

}  // namespace

std::string http_error_text(uint32_t error) {
  switch (error) {
    case ACTION_HTTP_DNS:
      return "name not found";
    case ACTION_HTTP_CONNECT:
      return "no connection";
    case ACTION_HTTP_TLS:
      return "no trusted TLS session";
    case ACTION_HTTP_TIMEOUT:
      return "timeout";
    case ACTION_HTTP_RESET:
      return "connection lost";
    case ACTION_HTTP_PROTOCOL:
      return "not HTTP";
    case ACTION_HTTP_TOO_LARGE:
      return "response too large";
    case ACTION_HTTP_DENIED:
      return "refused by skipcall";
    case ACTION_HTTP_NO_CREDENTIAL:
      return "no key";
    case ACTION_HTTP_CANCELLED:
      return "cancelled";
    case ACTION_HTTP_REDIRECT:
      return "redirect";
    default:
      return "failed";
  }
}

std::string request_log_line(const host::ExchangeReport &report) {
  std::string line = "#" + std::to_string(report.exchange) + " ";
  if (report.request != nullptr) {
    return line + printable(report.request->method) + " " + printable(report.request->target) + " " +
           cut(report.request->body);
  }
  if (report.response == nullptr) return line + "no response";
  const host::HttpResponse &response = *report.response;
  line += response.status == 0 ? "no response" : std::to_string(response.status);
  if (response.status == 0 || response.error != 0) line += " (" + http_error_text(response.error) + ")";
  if (!response.detail.empty()) line += ": " + cut(response.detail);
  return response.body.empty() ? line : line + " " + cut(response.body);
}

}  // namespace skipcall::cli
