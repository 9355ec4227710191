// Drives a Run by hand: records what it sends, and answers as a test says.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "account_fault.hpp"
#include "catch.hpp"
#include "run.hpp"
#include "sample.hpp"

namespace skipcall {

inline constexpr uint64_t start_ms = 1'750'000'000'000;

class Script final : public Host {
 public:
  struct Sent {
    uint32_t exchange;
    uint32_t timeout_ms;
    std::string target, body;
    size_t contacts() const { return nlohmann::json::parse(body).at("contactIds").size(); }
  };

  explicit Script(const std::string &input, uint64_t seed = 1, uint32_t flags = 0)
      : run(input, flags, seed) {}

  void send(uint32_t exchange, const Request &request) override {
    sent.push_back({exchange, request.timeout_ms, std::string(request.target), std::string(request.body)});
  }
  void cancel(uint32_t exchange) override { cancelled.push_back(exchange); }

  int32_t wake(uint64_t after_ms = 0) { return run.wake(now_ms += after_ms, *this); }
  int32_t cancel_run() { return run.cancel(now_ms, *this); }
  // Wakes at the time that the run asks for.
  int32_t wake_when_due() {
    REQUIRE(wake_ms() > 0);
    now_ms = wake_ms() > now_ms ? wake_ms() : now_ms;
    return run.wake(now_ms, *this);
  }
  int32_t answer(uint32_t exchange, uint32_t status, const std::string &body = "",
                 const std::string &headers = "") {
    return run.answer(exchange, now_ms, {status, ACTION_HTTP_OK, false, headers, body}, *this);
  }
  // Confirms an exchange: all of its contacts were removed.
  int32_t confirm(uint32_t exchange, const std::string &headers = "") {
    return answer(exchange, 200, R"({"removed":)" + std::to_string(sent.at(exchange - 1).contacts()) + "}",
                  headers);
  }
  int32_t fail(uint32_t exchange, uint32_t error, bool not_sent = false) {
    return run.answer(exchange, now_ms, {0, error, not_sent, {}, {}}, *this);
  }
  // As a host whose platform may have sent the request more than once.
  int32_t answer_repeated(uint32_t exchange, uint32_t status, const std::string &body = "") {
    return run.answer(exchange, now_ms, {status, ACTION_HTTP_OK, false, {}, body, true}, *this);
  }
  // As a host that finds the exchange open in its journal.
  int32_t lose(uint32_t exchange) {
    RawResponse lost;
    lost.is_lost = true;
    return run.answer(exchange, now_ms, lost, *this);
  }

  uint64_t wake_ms() { return run.progress().wake_ms; }
  uint32_t open() { return run.progress().open; }

  // The result, once done, its account checked.
  nlohmann::json result() {
    REQUIRE(run.is_done());
    const std::string fault = account_fault(run.result());
    INFO(fault);
    REQUIRE(fault.empty());
    return nlohmann::json::parse(run.result());
  }

  uint64_t now_ms = start_ms;
  Run run;
  std::vector<Sent> sent;
  std::vector<uint32_t> cancelled;
};

// "confirmed refused unknown unsent" of a result.
inline std::string outcome(const nlohmann::json &result) {
  std::string text;
  for (const char *name : {"confirmed", "refused", "unknown", "unsent"}) {
    text += (text.empty() ? "" : " ") + result.at(name).dump();
  }
  return text;
}

inline std::string window_headers(unsigned limit, unsigned remaining, uint64_t reset_s) {
  return "X-RateLimit-Limit: " + std::to_string(limit) +
         "\r\nX-RateLimit-Remaining: " + std::to_string(remaining) +
         "\r\nX-RateLimit-Reset: " + std::to_string(reset_s) + "\r\n";
}

}  // namespace skipcall
