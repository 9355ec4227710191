#include "report_file.hpp"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json &value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string cell(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(0, 1, '\'');
  if (text.find_first_of(",;\"\r\n\t") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

// An id in the form in which the action compares it.
std::string lower(std::string text) {
  for (char &c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

struct Outcome {
  std::string outcome;
  std::string cause;
};

class Report {
 public:
  Report(const ContactList &list, const Json &result)
      : list_(list), result_(result), is_dry_(result.value("dryRun", false)) {
    note(result.value("remaining", Json::object()));
    note(result.value("refusedIds", Json::object()));
    for (const Json &entry : result.value("invalidIds", Json::array())) {
      const auto removal = entry.value("removal", list.groups().size());
      const auto contact = entry.find("contact");
      const bool is_whole = contact == entry.end() || !contact->is_number_unsigned();
      invalid_[{removal, is_whole ? whole : contact->get<size_t>()}] = entry.value("reason", "invalid");
    }
  }

  std::string text() {
    std::string text = "file,line,sequence,id,outcome,cause\n";
    for (size_t group = 0; group < list_.groups().size(); ++group) {
      const ContactGroup &of = list_.groups()[group];
      for (size_t i = 0; i < of.contacts.size(); ++i) {
        const Outcome outcome = outcome_of(group, i);
        text += cell(list_.source_name(of.places[i])) + "," + std::to_string(of.places[i].line) + "," +
                cell(text_of(of.sequence)) + "," + cell(text_of(of.contacts[i])) + "," + outcome.outcome +
                "," + cell(outcome.cause) + "\n";
      }
    }
    return text;
  }

 private:
  static constexpr size_t whole = static_cast<size_t>(-1);

  struct PairHash {
    size_t operator()(const std::pair<size_t, size_t> &pair) const {
      return pair.first * 0x9E3779B97F4A7C15u + pair.second;
    }
  };

  static std::string key(const std::string &sequence, const std::string &id) {
    return sequence + '\n' + lower(id);
  }

  void note(const Json &groups) {
    const Json errors = result_.value("errors", Json::array());
    for (const Json &removal : groups.value("removals", Json::array())) {
      const auto error = removal.find("error");
      std::string cause;
      if (error != removal.end() && error->is_number_unsigned() && error->get<size_t>() < errors.size()) {
        const Json &about = errors[error->get<size_t>()];
        const auto code = about.find("code");
        cause =
            code != about.end() && code->is_string() ? code->get<std::string>() : about.value("cause", "");
      }
      const std::string sequence = text_of(removal.value("sequenceId", Json()));
      for (const Json &id : removal.value("contactIds", Json::array())) {
        outcomes_[key(sequence, text_of(id))] = {removal.value("outcome", "unsent"), cause};
      }
    }
  }

  Outcome outcome_of(size_t group, size_t contact) {
    for (const size_t at : {whole, contact}) {
      if (const auto found = invalid_.find({group, at}); found != invalid_.end())
        return {"invalid", found->second};
    }
    const ContactGroup &of = list_.groups()[group];
    const std::string id = key(text_of(of.sequence), text_of(of.contacts[contact]));
    const auto [first, is_new] = seen_.try_emplace(id, list_.place_text(of.places[contact]));
    if (!is_new) return {"duplicate", "of " + first->second};
    if (is_dry_ && result_.value("status", "") == "completed") return {"would-be-removed", ""};
    if (const auto found = outcomes_.find(id); found != outcomes_.end()) return found->second;
    if (result_.value("requests", 0) == 0) return {"unsent", stopped_by()};
    return names_all() ? Outcome{"confirmed", ""} : Outcome{"unknown", "the result names no ids"};
  }

  // False for a module without memory: it gives only the counts.
  bool names_all() const {
    uint64_t open = 0;
    for (const char *name : {"refused", "unknown", "unsent"}) open += result_.value(name, uint64_t{0});
    return outcomes_.size() >= open;
  }

  std::string stopped_by() const {
    const auto cause = result_.find("stoppedBy");
    return cause != result_.end() && cause->is_string() ? cause->get<std::string>() : "";
  }

  const ContactList &list_;
  const Json &result_;
  const bool is_dry_;
  std::unordered_map<std::string, Outcome> outcomes_;  // of what is not confirmed
  std::unordered_map<std::pair<size_t, size_t>, std::string, PairHash> invalid_;
  std::unordered_map<std::string, std::string> seen_;
};

}  // namespace

std::string report_csv(const ContactList &list, const Json &result) {
  return Report(list, result).text();
}

}  // namespace skipcall::cli
