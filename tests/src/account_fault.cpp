#include "account_fault.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace skipcall {
namespace {

using Json = nlohmann::json;

uint64_t sum(const Json &object, std::initializer_list<const char *> names) {
  uint64_t total = 0;
  for (const char *name : names) total += object.at(name).get<uint64_t>();
  return total;
}

// The contacts that a list of ids holds, those of each error counted by its number.
struct Listed {
  uint64_t refused = 0, unknown = 0, unsent = 0;
  std::vector<uint64_t> by_error;
  std::set<std::pair<std::string, std::string>> seen;
  std::string fault;

  void read(const Json &list, size_t errors) {
    by_error.resize(errors);
    for (const Json &removal : list.at("removals")) {
      const Json &ids = removal.at("contactIds");
      const std::string outcome = removal.at("outcome");
      (outcome == "refused" ? refused : outcome == "unknown" ? unknown : unsent) += ids.size();
      if (!removal.at("error").is_null()) by_error.at(removal.at("error").get<size_t>()) += ids.size();
      if (ids.empty()) fault = "an empty removal is listed";
      for (const Json &id : ids) {
        if (!seen.emplace(removal.at("sequenceId"), id).second) fault = "an id is listed twice";
      }
    }
  }
};

std::string check(const Json &result, bool short_form) {
  const auto outcomes = {"confirmed", "refused", "unknown", "unsent"};
  const auto number = [&result](const char *name) { return result.at(name).get<uint64_t>(); };
  if (number("requested") != sum(result, {"invalid", "duplicates", "unique"}))
    return "requested does not add up";
  if (short_form && result.at("stoppedBy") == "internal") return "";
  if (number("unique") != sum(result, outcomes)) return "unique does not add up";
  if (number("removed") > number("confirmed")) return "more was removed than confirmed";
  if (number("retries") > number("requests")) return "more retries than requests";
  if (number("requests") - number("retries") > number("batches")) return "more first tries than batches";
  if (number("rateLimited") > number("requests")) return "more 429 than requests";

  uint64_t totals[5] = {};
  for (const Json &sequence : result.at("sequences")) {
    if (sequence.at("unique").get<uint64_t>() != sum(sequence, outcomes)) return "a sequence does not add up";
    size_t i = 0;
    for (const char *name : {"confirmed", "refused", "unknown", "unsent", "removed"}) {
      totals[i++] += sequence.at(name).get<uint64_t>();
    }
  }
  size_t i = 0;
  for (const char *name : {"confirmed", "refused", "unknown", "unsent", "removed"}) {
    if (totals[i++] != number(name)) return std::string("the sequences do not add up to ") + name;
  }

  uint64_t invalid = 0;
  for (const Json &id : result.at("invalidIds")) {
    invalid += id.at("contact").is_null() ? id.at("contacts").get<uint64_t>() : 1;
  }
  // Contacts of a removal without any sequence id are invalid too, and only the document's problem shows it.
  if (invalid > number("invalid")) return "more invalid ids are listed than counted";
  if (invalid < number("invalid") && result.at("stoppedBy") != "invalid-input")
    return "invalid ids are not listed";

  const size_t errors = result.at("errors").size();
  Listed listed;
  listed.read(result.at("remaining"), errors);
  if (listed.refused != 0) return "refused ids are in remaining";
  listed.read(result.at("refusedIds"), errors);
  if (!listed.fault.empty()) return listed.fault;
  if (listed.refused != number("refused")) return "refusedIds does not add up";
  if (listed.unknown != number("unknown") || listed.unsent != number("unsent"))
    return "remaining does not add up";
  for (size_t error = 0; error < errors; error++) {
    if (result["errors"][error].at("contacts") != listed.by_error[error])
      return "an error's contacts do not add up";
  }

  const uint64_t open_ends = number("refused") + number("unknown") + number("unsent");
  const std::string status = result.at("status");
  if (status == "completed" && open_ends > 0 && result.at("dryRun") == false) return "completed, but not all";
  if (status == "partial" && number("confirmed") == 0) return "partial, but nothing";
  if (status == "failed" && number("confirmed") > 0) return "failed, but something was confirmed";
  if (status == "cancelled" && open_ends == 0) return "cancelled, but nothing is left";
  return "";
}

}  // namespace

std::string account_fault(std::string_view text, bool short_form) {
  try {
    const Json result = Json::parse(text);
    const std::string fault = check(result, short_form);
    return fault.empty() ? "" : fault + ": " + std::string(text.substr(0, 2000));
  } catch (const std::exception &e) {
    return std::string(e.what()) + ": " + std::string(text.substr(0, 2000));
  }
}

}  // namespace skipcall
