#include "selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "wording.hpp"

namespace skipcall::cli {
namespace {

constexpr size_t shown_at_most = 10;

// `"name", "e-mail" and 3 more`
std::string names_text(const std::vector<std::string> &names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), shown_at_most); ++i) {
    text += (i > 0 ? ", " : "") + in_quotes(names[i]);
  }
  if (names.size() > shown_at_most) text += " and " + grouped(names.size() - shown_at_most) + " more";
  return text;
}

std::string columns_text(const FileColumns &columns) {
  std::string text = "contact " + in_quotes(columns.contact);
  text += columns.sequence.empty() ? ", the sequence from --sequence"
                                   : ", sequence " + in_quotes(columns.sequence);
  if (!columns.unused.empty()) text += "; not used: " + names_text(columns.unused);
  return text;
}

}  // namespace

std::vector<SequenceCount> sequence_counts(const nlohmann::json &result) {
  std::vector<SequenceCount> counts;
  for (const nlohmann::json &sequence : result.value("sequences", nlohmann::json::array())) {
    const uint64_t contacts = sequence.value("unique", uint64_t{0});
    const auto id = sequence.find("sequenceId");
    if (contacts == 0 || id == sequence.end() || !id->is_string()) continue;
    counts.push_back({id->get<std::string>(), contacts});
  }
  return counts;
}

std::string selection_text(const Selection &selection) {
  std::string text;
  const auto line = [&](std::string_view name, const std::string &value) {
    text += fmt::format("  {:<9} {}\n", name, value);
  };
  // Files of one kind are named once.
  std::vector<std::pair<std::string, std::string>> listed;
  for (const FileColumns &columns : selection.columns) {
    const std::string of_file = columns_text(columns);
    const auto same =
        std::find_if(listed.begin(), listed.end(), [&](auto &entry) { return entry.second == of_file; });
    if (same == listed.end()) listed.emplace_back(printable(columns.source), of_file);
  }
  for (const auto &[source, of_file] : listed) {
    line("columns", listed.size() > 1 ? fmt::format("{}: {}", source, of_file) : of_file);
  }

  const size_t shown = selection.all ? selection.sequences.size() : shown_at_most;
  for (size_t i = 0; i < std::min(shown, selection.sequences.size()); ++i) {
    const SequenceCount &sequence = selection.sequences[i];
    line(i == 0 ? "sequences" : "",
         printable(sequence.sequence) + ": " + counted(sequence.contacts, "contact"));
  }
  if (selection.sequences.size() > shown) {
    line("", "and " + grouped(selection.sequences.size() - shown) + " more; --verbose names all");
  }
  return text;
}

}  // namespace skipcall::cli
