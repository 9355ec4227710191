// Skipcall's server as its API document describes it, without clock, sockets or globals: a request and the
// time go in, a response comes out. Equal data and calls give equal responses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sandbox/data.hpp"
#include "sandbox/message.hpp"
#include "sandbox/rate_window.hpp"
#include "sandbox/request_check.hpp"
#include "sandbox/switches.hpp"

namespace skipcall::sandbox {

// What has come in so far. Each request counts in `requests` and in exactly one of the lines after it.
struct Counters {
  uint64_t requests = 0;
  uint64_t accepted = 0;      // removals done, including those whose response was lost
  uint64_t refused = 0;       // 429
  uint64_t unauthorized = 0;  // 401
  uint64_t live_keys = 0;     // 401 because a live key was sent
  uint64_t forbidden = 0;     // 403
  uint64_t not_found = 0;     // 404: no such sequence for this key
  uint64_t bad_requests = 0;  // 400, 404 of another path, 405: a client must never cause one
  uint64_t failed = 0;        // 5xx by a switch, or by the poisoned id
  uint64_t redirected = 0;    // 302 by a switch

  uint64_t lost = 0;     // among accepted: the response was lost
  uint64_t removed = 0;  // contacts that were in their sequence and no longer are
};

class Api {
 public:
  // The data is copied. Throws only what making Data throws.
  explicit Api(const Data &data = default_data());

  // Answers a request that arrived at now_ms (unix time; it never runs backwards). The order of the checks:
  // rate window (429), route (404, 405), key (401), plan (403), form of the request (400), sequence (404),
  // switches (302, 5xx), removal. Errors in the request give responses; nothing is thrown.
  Response handle(const Request &request, uint64_t now_ms);

  // May be changed between two requests. Borrowed.
  Switches &switches() { return switches_; }

  const Counters &counters() const { return counters_; }
  // False also for an unknown sequence or an id that is not a UUID.
  bool is_in_sequence(std::string_view sequence, std::string_view contact) const;
  bool is_in_sequence(std::string_view sequence, const Uuid &contact) const;
  // Contacts that are in the sequence now, and those that were removed (soft-deleted: still known).
  size_t contacts_in(std::string_view sequence) const;
  size_t removed_from(std::string_view sequence) const;
  // The rate window of a key; null before its first request. Lent for the life of the Api.
  const RateWindow *window_of(std::string_view key) const;
  // The first key that may do everything; empty if the data has none.
  const std::string &usable_key() const { return usable_key_; }

 private:
  struct Contacts {
    std::unordered_map<Uuid, bool, UuidHash> present;  // false: removed
    size_t count = 0;                                  // of those present
  };
  struct Account {
    Key key;
    std::unordered_set<std::string> scope;
  };
  struct Call;

  Response decide(Call &call);
  Response remove(Call &call, Contacts &sequence, const std::vector<Uuid> &contacts);
  Response refuse(const Call &call, const Refusal &refusal, ErrorBody shape) const;
  Response refuse_form(const Call &call, const Refusal &refusal);
  int next_failure();
  void add_headers(const Call &call, Response &response) const;

  std::unordered_map<std::string, Account> accounts_;
  std::unordered_map<std::string, Contacts> sequences_;
  std::unordered_map<std::string, RateWindow> windows_;  // by key; "" for all unknown ones
  Switches switches_;
  Counters counters_;
  std::string usable_key_;
  uint64_t valid_requests_ = 0;
  uint64_t failures_ = 0;
};

}  // namespace skipcall::sandbox
