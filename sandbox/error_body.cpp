#include "sandbox/error_body.hpp"

#include <nlohmann/json.hpp>

namespace skipcall::sandbox {
namespace {

using Json = nlohmann::ordered_json;

Body json_body(const Json &json) {
  return {"application/json; charset=utf-8", json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Error";
  }
}

Body make_error_body(ErrorBody shape, int status, std::string_view code, std::string_view message) {
  switch (shape) {
    case ErrorBody::nested:
      return json_body({{"error", {{"code", code}, {"message", message}, {"status", status}}}});
    case ErrorBody::flat:
      return json_body({{"code", code}, {"message", message}});
    case ErrorBody::flat_details:
      return json_body({{"code", code}, {"details", message}});
    case ErrorBody::nest_text:
      return json_body({{"statusCode", status}, {"message", message}, {"error", reason_phrase(status)}});
    case ErrorBody::nest_list:
      return json_body(
          {{"statusCode", status}, {"message", Json::array({message})}, {"error", reason_phrase(status)}});
    case ErrorBody::html: {
      const std::string title = std::to_string(status) + " " + std::string(reason_phrase(status));
      return {"text/html; charset=utf-8", "<!doctype html><html><head><title>" + title +
                                              "</title></head><body><h1>" + title + "</h1><p>" +
                                              escape_html(message) + "</p></body></html>\n"};
    }
    case ErrorBody::empty:
      break;
  }
  return {};
}

}  // namespace skipcall::sandbox
