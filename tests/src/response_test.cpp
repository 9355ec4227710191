#include "response.hpp"

#include "catch.hpp"

namespace skipcall {
namespace {

struct Read : Response {
  explicit Read(const RawResponse &raw) { read_response(raw, 100, *this); }
};

RawResponse answered(uint32_t status, std::string_view body = {}, uint32_t error = ACTION_HTTP_OK) {
  return {status, error, false, {}, body};
}

}  // namespace

TEST_CASE("which successes are trusted") {
  struct Case {
    uint32_t status;
    const char *body;
    Verdict verdict;
    int64_t removed;  // -1: no count
  };
  const Case cases[] = {
      {200, R"({"removed":0})", Verdict::confirmed, 0},
      {200, R"({"removed":100})", Verdict::confirmed, 100},
      {201, R"({"removed":5,"more":[]})", Verdict::confirmed, 5},
      {200, R"({"removed":101})", Verdict::unexpected, -1},  // more than was asked for
      {200, R"({"removed":-1})", Verdict::unexpected, -1},
      {200, R"({"removed":4294967297})", Verdict::unexpected, -1},  // 1, if it were cut to 32 bits
      {200, R"({"ok":true})", Verdict::unexpected, -1},
      {200, "<html>Welcome to the airport</html>", Verdict::unexpected, -1},
      {200, " ", Verdict::unexpected, -1},
      {200, "", Verdict::confirmed, -1},
      {203, "", Verdict::confirmed, -1},
      {202, "", Verdict::unexpected, -1},  // accepted, not carried out
      {202, R"({"removed":100})", Verdict::unexpected, -1},
      {206, R"({"removed":5})", Verdict::unexpected, -1},  // a part of a response
      {207, R"({"removed":5})", Verdict::unexpected, -1},  // not for all
      {299, "", Verdict::unexpected, -1},
      {204, "", Verdict::confirmed, -1},
      {204, "<html>", Verdict::confirmed, -1},
  };
  for (const Case &expected : cases) {
    INFO(expected.status << ' ' << expected.body);
    const Read response(answered(expected.status, expected.body));
    CHECK(response.verdict == expected.verdict);
    CHECK(response.maybe_applied == (expected.removed < 0));  // removed, and not counted
    CHECK(response.removed == static_cast<uint32_t>(expected.removed < 0 ? 0 : expected.removed));
    const bool is_trusted = expected.verdict == Verdict::confirmed;
    CHECK(response.cause == (is_trusted ? Cause::none : Cause::unexpected_response));
    CHECK(response.status == expected.status);
  }
}

TEST_CASE("a documented code says more about a 403") {
  CHECK(Read(answered(403)).cause == Cause::forbidden);
  CHECK(Read(answered(403, R"({"error":{"code":"PLAN_NOT_ELIGIBLE"}})")).cause == Cause::plan_not_eligible);
  CHECK(Read(answered(403, R"({"code":"SUBSCRIPTION_REQUIRED"})")).cause == Cause::subscription_required);
  CHECK(Read(answered(401, R"({"code":"SUBSCRIPTION_REQUIRED"})")).cause == Cause::credential_invalid);
}

TEST_CASE("only the API can say what a refusal says") {
  struct Case {
    const char *body, *headers;
    bool is_api;
  };
  const Case cases[] = {
      {"", "", true},
      {R"({"error":{"code":"NOT_FOUND","message":"No"}})", "", true},
      {R"({"error":{"status":404}})", "", true},
      {R"({"code":"X"})", "", true},
      {R"({"statusCode":404,"message":"Not Found"})", "", true},
      {R"({"status":404,"message":"Not Found"})", "", true},
      {R"({"message":"No"})", "x-ratelimit-limit: 100\r\n", true},
      {R"({})", "x-ratelimit-remaining: 3\r\n", true},
      {R"({"message":"no Route matched with those values"})", "", false},  // of a gateway
      {R"({"detail":"Not Found"})", "", false},
      {R"({"error":{"message":"No"}})", "", false},
      {R"({"status":"404"})", "", false},
      {R"({"data":{"status":404}})", "", false},
      {R"({"status":{"code":404}})", "", false},
      {R"({})", "", false},
      {R"(["code",404])", "x-ratelimit-limit: 100\r\n", false},
      {R"("Not Found")", "", false},
      {"404", "", false},
      {"Not Found", "", false},
      {"\n", "", false},
      {"<html>Not Found</html>", "x-ratelimit-limit: 100\r\n", false},
  };
  for (const uint32_t status : {400u, 401u, 402u, 403u, 404u, 407u, 409u, 413u, 422u, 429u, 451u, 500u}) {
    for (const Case &expected : cases) {
      INFO(status << ' ' << expected.body);
      RawResponse raw = answered(status, expected.body);
      raw.headers = expected.headers;
      const Read response(raw);
      const StatusRow &row = row_of_status(status);
      const bool believed = expected.is_api || status == 407 || status == 429 || status == 500;
      CHECK(response.verdict == (believed ? row.verdict : Verdict::unexpected));
      CHECK(response.cause == (believed ? row.cause : Cause::unexpected_response));
      CHECK(response.status == status);
    }
  }
}

TEST_CASE("what was certainly not carried out") {
  for (const uint32_t status : {401u, 402u, 403u, 407u, 429u, 451u}) {
    INFO(status);
    CHECK_FALSE(Read(answered(status)).maybe_applied);
  }
  for (const uint32_t status : {200u, 302u, 400u, 408u, 500u, 503u, 418u}) {
    INFO(status);
    CHECK(Read(answered(status)).maybe_applied);
  }
  for (uint32_t error = 0; error <= 13; error++) {
    INFO(error);
    const bool denied = error == ACTION_HTTP_DENIED || error == ACTION_HTTP_NO_CREDENTIAL;
    CHECK(Read(answered(0, {}, error)).maybe_applied == !denied);
    RawResponse raw = answered(0, {}, error);
    raw.not_sent = true;
    CHECK_FALSE(Read(raw).maybe_applied);
  }
}

TEST_CASE("an error together with a status") {
  const Read cut(answered(200, R"({"removed":1})", ACTION_HTTP_RESET));
  CHECK(cut.verdict == Verdict::retry);
  CHECK(cut.network_code == "RESET");
  CHECK(cut.status == 200);
  CHECK(cut.maybe_applied);
  CHECK(Read(answered(200, R"({"removed":1})", ACTION_HTTP_TOO_LARGE)).verdict == Verdict::unexpected);
  // Impossible: a request that was not sent, but has a response.
  RawResponse odd = answered(200, "", ACTION_HTTP_RESET);
  odd.not_sent = true;
  CHECK(Read(odd).maybe_applied);
  CHECK(Read(answered(200, "", ACTION_HTTP_DENIED)).maybe_applied);
  const Read unauthorized(answered(401, R"({"code":"X")", ACTION_HTTP_RESET));
  CHECK(unauthorized.verdict == Verdict::turned_away);
  CHECK(unauthorized.body.code.empty());
  CHECK(Read(answered(401, R"({"code":"X")", ACTION_HTTP_TOO_LARGE)).verdict == Verdict::unexpected);
}

TEST_CASE("an impossible status is not a response") {
  for (const uint32_t status : {1u, 100u, 199u, 600u, 65'736u, UINT32_MAX}) {
    INFO(status);
    const Read response(answered(status));
    CHECK(response.verdict == Verdict::retry);
    CHECK(response.cause == Cause::network);
    CHECK(response.network_code == "OTHER");
    CHECK(response.status == 0);
  }
}

TEST_CASE("headers are read beside any status") {
  RawResponse raw = answered(503);
  raw.headers = "retry-after: 5\r\n";
  CHECK(Read(raw).headers.retry_after_s == 5);
}

}  // namespace skipcall
