#include "sandbox/error_body.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"

using namespace skipcall::sandbox;
using nlohmann::json;

namespace {

json shaped(ErrorBody shape) {
  const Body body = make_error_body(shape, 404, "NOT_FOUND", "No such \"thing\"");
  CHECK(body.content_type == "application/json; charset=utf-8");
  return json::parse(body.text);
}

}  // namespace

TEST_CASE("each form of an error body") {
  CHECK(shaped(ErrorBody::nested) ==
        json::parse(R"({"error":{"code":"NOT_FOUND","message":"No such \"thing\"","status":404}})"));
  CHECK(shaped(ErrorBody::flat) == json::parse(R"({"code":"NOT_FOUND","message":"No such \"thing\""})"));
  CHECK(shaped(ErrorBody::flat_details) ==
        json::parse(R"({"code":"NOT_FOUND","details":"No such \"thing\""})"));
  CHECK(shaped(ErrorBody::nest_text) ==
        json::parse(R"({"statusCode":404,"message":"No such \"thing\"","error":"Not Found"})"));
  CHECK(shaped(ErrorBody::nest_list) ==
        json::parse(R"({"statusCode":404,"message":["No such \"thing\""],"error":"Not Found"})"));
}

TEST_CASE("a page and nothing at all") {
  const Body page = make_error_body(ErrorBody::html, 502, "BAD_GATEWAY", "<b> & co");
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK(page.text.find("<h1>502 Bad Gateway</h1>") != std::string::npos);
  CHECK(page.text.find("&lt;b> &amp; co") != std::string::npos);
  const Body nothing = make_error_body(ErrorBody::empty, 500, "X", "Y");
  CHECK(nothing.content_type.empty());
  CHECK(nothing.text.empty());
}

TEST_CASE("a message that is not UTF-8 still makes a valid body") {
  const Body body = make_error_body(ErrorBody::nested, 404, "X", "a\xff");
  CHECK(json::parse(body.text)["error"]["message"] == "a\xef\xbf\xbd");
}
