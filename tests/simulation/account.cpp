#include "simulation/account.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "simulation/violation.hpp"

namespace skipcall::simulation {
namespace {

using nlohmann::json;
using sandbox::Uuid;

enum class Outcome : uint8_t { confirmed, refused, unknown, unsent };

struct Counted {
  uint64_t confirmed = 0, refused = 0, unknown = 0, unsent = 0, removed = 0;
  uint64_t unconfirmed() const { return refused + unknown + unsent; }
};

using Outcomes = std::unordered_map<Uuid, Outcome, sandbox::UuidHash>;

class Judge {
 public:
  Judge(DrivenRun &run, const Scenario &scenario, const sandbox::Api &api)
      : plan_(run.plan()),
        rules_(run.rules()),
        scenario_(scenario),
        api_(api),
        result_(json::parse(run.result())) {}

  void judge() {
    take_lists();
    check_counts();
    check_sequences();
    check_errors();
    check_truth();
    check_requests();
    check_status();
    check_stop();
  }

 private:
  uint64_t number(const char *name) const { return result_.at(name).get<uint64_t>(); }

  // The ids of `remaining` or `refusedIds`, each of which must be one of the input, and appear once.
  void take_list(const char *list) {
    for (const json &removal : result_.at(list).at("removals")) {
      const std::string sequence = removal.at("sequenceId");
      const std::string outcome = removal.at("outcome");
      require(outcomes_.contains(sequence), list, ": a sequence that was not in the input");
      require(removal.at("error").is_number(), list, ": ids without an error");
      const size_t error = removal.at("error");
      require(error < result_.at("errors").size(), list, ": an error that is not reported");
      require((outcome == "refused") == (std::string(list) == "refusedIds"), list, ": outcome ", outcome);
      const Outcome as = outcome == "refused"   ? Outcome::refused
                         : outcome == "unknown" ? Outcome::unknown
                                                : Outcome::unsent;
      for (const json &contact : removal.at("contactIds")) {
        const auto id = sandbox::parse_uuid(contact.get_ref<const std::string &>());
        const auto found = id ? outcomes_[sequence].find(*id) : outcomes_[sequence].end();
        require(found != outcomes_[sequence].end(), list, ": an id that was not in the input");
        require(found->second == Outcome::confirmed, "an id is accounted for twice");
        found->second = as;
      }
      contacts_of_error_[error] += removal.at("contactIds").size();
    }
  }

  void take_lists() {
    for (const auto &[name, ids] : plan_.unique) {
      for (const Uuid &id : ids) outcomes_[name].emplace(id, Outcome::confirmed);
      outcomes_.try_emplace(name);
    }
    if (plan_.options.dry_run && !plan_.is_refused()) return;
    take_list("remaining");
    take_list("refusedIds");
  }

  Counted count(const std::string &sequence) const {
    Counted counted;
    for (const auto &[id, outcome] : outcomes_.at(sequence)) {
      if (outcome == Outcome::confirmed) counted.confirmed++;
      if (outcome == Outcome::refused) counted.refused++;
      if (outcome == Outcome::unknown) counted.unknown++;
      if (outcome == Outcome::unsent) counted.unsent++;
    }
    return counted;
  }

  void check_counts() {
    require(number("requested") == plan_.requested, "requested ", number("requested"));
    require(number("invalid") == plan_.invalid, "invalid ", number("invalid"), ", not ", plan_.invalid);
    require(number("duplicates") == plan_.duplicates, "duplicates ", number("duplicates"));
    require(number("unique") == plan_.total(), "unique ", number("unique"));
    uint64_t invalid = 0;
    for (const json &id : result_.at("invalidIds"))
      invalid += id.at("contact").is_null() ? id.at("contacts").get<uint64_t>() : 1;
    require(invalid == plan_.invalid, "invalidIds names ", invalid, " ids, not ", plan_.invalid);
    if (dry()) return;
    for (const auto &[name, ids] : outcomes_) {
      const Counted one = count(name);
      all_.confirmed += one.confirmed;
      all_.refused += one.refused;
      all_.unknown += one.unknown;
      all_.unsent += one.unsent;
    }
    require(number("confirmed") == all_.confirmed, "confirmed ", number("confirmed"), ", not ",
            all_.confirmed);
    require(number("refused") == all_.refused, "refused ", number("refused"), ", not ", all_.refused);
    require(number("unknown") == all_.unknown, "unknown ", number("unknown"), ", not ", all_.unknown);
    require(number("unsent") == all_.unsent, "unsent ", number("unsent"), ", not ", all_.unsent);
  }

  void check_sequences() {
    Counted sum;
    std::set<std::string> seen;
    for (const json &sequence : result_.at("sequences")) {
      const std::string name = sequence.at("sequenceId");
      require(seen.insert(name).second, "sequences: ", name, " appears twice");
      require(plan_.unique.contains(name), "sequences: ", name, " was not in the input");
      require(sequence.at("unique") == plan_.unique.at(name).size(), "sequences: unique of ", name);
      sum.removed += sequence.at("removed").get<uint64_t>();
      if (dry()) continue;
      const Counted one = count(name);
      require(sequence.at("confirmed") == one.confirmed && sequence.at("refused") == one.refused &&
                  sequence.at("unknown") == one.unknown && sequence.at("unsent") == one.unsent,
              "sequences: the counts of ", name, " are not those of its ids");
      const std::string expected = one.unconfirmed() == 0 ? "completed"
                                   : one.confirmed == 0   ? "failed"
                                                          : "partial";
      require(sequence.at("status") == expected, "sequences: status of ", name);
    }
    require(seen.size() == plan_.unique.size(), "sequences: ", seen.size(), " of ", plan_.unique.size());
    require(sum.removed == number("removed"), "removed is not the sum of the sequences'");
  }

  void check_errors() {
    uint64_t reported = 0;
    for (size_t i = 0; i < result_.at("errors").size(); i++) {
      const uint64_t contacts = result_.at("errors")[i].at("contacts");
      reported += contacts;
      if (!dry()) require(contacts == contacts_of_error_[i], "errors[", i, "].contacts is ", contacts);
    }
    if (!dry()) require(reported == all_.unconfirmed(), "errors: contacts add up to ", reported);
  }

  // What the result says of an id, against the server and the responses.
  void check_truth() {
    if (dry()) return;
    std::unordered_map<std::string, std::unordered_map<Uuid, const SeenBatch *, sandbox::UuidHash>> batches;
    uint64_t removed_at_most = 0;
    for (const SeenBatch &batch : rules_.batches()) {
      for (const Uuid &id : batch.contacts) batches[batch.sequence][id] = &batch;
      if (batch.confirmed) removed_at_most += batch.contacts.size();
    }
    for (const auto &[name, ids] : outcomes_) {
      for (const auto &[id, outcome] : ids) {
        const auto found = batches[name].find(id);
        const SeenBatch *batch = found == batches[name].end() ? nullptr : found->second;
        switch (outcome) {
          case Outcome::confirmed:
            require(batch != nullptr && batch->confirmed, "confirmed without an answer that says so");
            require(!api_.is_in_sequence(name, id), "confirmed, and still in the sequence");
            break;
          case Outcome::refused:
            require((batch != nullptr && batch->refused) || rules_.is_gone(name),
                    "refused without an answer that refuses it");
            break;
          case Outcome::unsent:
            require(batch == nullptr || !batch->carried_out, "unsent, and the server did it");
            break;
          case Outcome::unknown:
            require(batch != nullptr && batch->may_be_carried_out, "unknown, and surely not carried out");
            break;
        }
        if (outcome != Outcome::confirmed) {
          require(batch == nullptr || !batch->confirmed, "an answer confirmed it, the result does not");
        }
      }
    }
    require(number("removed") <= removed_at_most, "removed is more than was confirmed");
    if (result_.at("removedExact") == true && scenario_.runs.size() == 1) {
      uint64_t gone = 0, before = 0;
      for (const SeenBatch &batch : rules_.batches()) {
        if (!batch.confirmed) continue;
        for (const Uuid &id : batch.contacts) {
          for (const sandbox::Sequence &sequence : scenario_.data.sequences) {
            if (sequence.id != batch.sequence) continue;
            before += std::count(sequence.contacts.begin(), sequence.contacts.end(), id) > 0 ? 1 : 0;
          }
          gone++;
        }
      }
      require(number("removed") == before, "removed is ", number("removed"), " and exact, of ", before,
              " in ", gone);
    }
  }

  void check_requests() {
    require(number("batches") == plan_.batches(), "batches ", number("batches"), ", not ", plan_.batches());
    require(number("requests") == rules_.requests(), "requests ", number("requests"));
    require(number("retries") == rules_.retries(), "retries ", number("retries"));
    require(number("rateLimited") == rules_.rate_limited(), "rateLimited ", number("rateLimited"));
    require(number("requests") <= plan_.batches() * plan_.options.max_attempts + rules_.lost(),
            "more requests than tries allowed");
    require(rules_.requests() - rules_.retries() == rules_.batches().size(),
            "retries are not what is beyond the batches");
  }

  void check_status() {
    const std::string status = result_.at("status");
    std::string expected;
    if (plan_.is_refused()) {
      expected = "failed";
    } else if (plan_.options.dry_run) {
      expected = "completed";
    } else if (rules_.was_cancelled() && all_.unconfirmed() > 0) {
      expected = "cancelled";
    } else if (all_.unconfirmed() == 0) {
      expected = "completed";
    } else {
      expected = all_.confirmed == 0 ? "failed" : "partial";
    }
    require(status == expected, "status is ", status, ", not ", expected);
    require(result_.at("dryRun") == plan_.options.dry_run, "dryRun");
  }

  // Whatever a run says it was stopped by, it must have seen.
  void check_stop() {
    const json &by = result_.at("stoppedBy");
    if (by.is_null()) {
      require(!plan_.is_refused(), "stoppedBy: nothing, and the input is bad");
      if (!dry() && plan_.total() > 0) {
        for (const auto &[name, ids] : outcomes_) {
          if (rules_.is_gone(name)) continue;
          require(std::none_of(ids.begin(), ids.end(),
                               [&](const auto &id) {
                                 return id.second == Outcome::unsent && !was_sent(name, id.first);
                               }),
                  "stoppedBy: nothing, and some was never sent");
        }
      }
      return;
    }
    const std::string cause = by;
    if (cause == "invalid-input") {
      require(plan_.is_refused(), "stoppedBy: ", cause);
    } else if (cause == "deadline") {
      require(rules_.saw_limit(), "stoppedBy: ", cause, ", but the host did not run that long");
    } else if (cause == "rate-limited") {
      require(rules_.saw(cause) || scenario_.data.switches.rate_headers != sandbox::RateHeaders::never,
              "stoppedBy: ", cause);
    } else {
      require(rules_.saw(cause), "stoppedBy: ", cause, ", which was not seen");
    }
    const json &errors = result_.at("errors");
    require(std::any_of(errors.begin(), errors.end(), [&](const json &e) { return e.at("cause") == cause; }),
            "stoppedBy: ", cause, " is not among the errors");
  }

  bool was_sent(const std::string &sequence, const Uuid &id) const {
    for (const SeenBatch &batch : rules_.batches()) {
      if (batch.sequence == sequence &&
          std::find(batch.contacts.begin(), batch.contacts.end(), id) != batch.contacts.end()) {
        return true;
      }
    }
    return false;
  }
  bool dry() const { return plan_.options.dry_run && !plan_.is_refused(); }

  const RunPlan &plan_;
  const Rules &rules_;
  const Scenario &scenario_;
  const sandbox::Api &api_;
  const json result_;
  std::map<std::string, Outcomes> outcomes_;
  std::map<size_t, uint64_t> contacts_of_error_;
  Counted all_;
};

// A host without problems: each request is answered at once.
class PromptHost final : public Host {
 public:
  struct Sent {
    uint32_t exchange;
    std::string target, body;
  };
  void send(uint32_t exchange, const Request &request) override {
    sent.push_back({exchange, std::string(request.target), std::string(request.body)});
  }
  void cancel(uint32_t) override {}
  std::vector<Sent> sent;
};

std::string finish(Run &run, sandbox::Api &api, uint64_t now_ms) {
  PromptHost host;
  run.wake(now_ms, host);
  while (!run.is_done()) {
    if (host.sent.empty()) {
      now_ms = std::max<uint64_t>(now_ms + 1, run.progress().wake_ms);
      run.wake(now_ms, host);
      continue;
    }
    const PromptHost::Sent sent = host.sent.back();
    host.sent.pop_back();
    sandbox::Request request{"DELETE", sent.target, {}, sent.body};
    request.headers = {{"Authorization", std::string("Bearer ") + good_key},
                       {"Content-Type", "application/json"},
                       {"Content-Length", std::to_string(sent.body.size())}};
    now_ms += 10;
    const sandbox::Response response = api.handle(request, now_ms);
    std::string headers;
    for (const sandbox::Header &header : response.headers)
      headers += header.name + ": " + header.value + "\r\n";
    run.answer(sent.exchange, now_ms,
               {static_cast<uint32_t>(response.status), 0, false, headers, response.body}, host);
  }
  return std::string(run.result());
}

}  // namespace

void check_account(DrivenRun &run, const Scenario &scenario, const sandbox::Api &api) {
  Judge(run, scenario, api).judge();
}

void check_again(DrivenRun &run, const Scenario &scenario, sandbox::Api &api, uint64_t now_ms) {
  const json first = json::parse(run.result());
  api.switches() = sandbox::Switches();
  Run second(first.at("remaining").dump(), 0, run.plan().seed + 1);
  const json result = json::parse(finish(second, api, now_ms + 600'000));
  const uint64_t left = first.at("unknown").get<uint64_t>() + first.at("unsent").get<uint64_t>();
  const bool lists_it = !first.at("dryRun").get<bool>() || run.plan().is_refused();
  if (lists_it) require(result.at("unique") == left, "again: ", result.at("unique").dump(), " of ", left);
  require(result.at("unknown") == 0 && result.at("unsent") == 0, "again: something is left over");
  for (const json &removal : result.at("refusedIds").at("removals")) {
    const std::string name = removal.at("sequenceId");
    require(std::find(scenario.in_scope.begin(), scenario.in_scope.end(), name) == scenario.in_scope.end(),
            "again: refused, though it is in the key's scope");
  }
  for (const json &removal : first.at("remaining").at("removals")) {
    for (const json &contact : removal.at("contactIds")) {
      const std::string name = removal.at("sequenceId");
      const bool in_scope =
          std::find(scenario.in_scope.begin(), scenario.in_scope.end(), name) != scenario.in_scope.end();
      require(!in_scope || !api.is_in_sequence(name, contact.get_ref<const std::string &>()),
              "again: still in the sequence");
    }
  }
}

}  // namespace skipcall::simulation
