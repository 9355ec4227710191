// A result of remove_contacts in words.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "request.hpp"
#include "terminal.hpp"

namespace skipcall::cli {

// What the summary says apart from the result.
struct SummaryContext {
  std::string server;              // the base URL
  bool sandbox = false;            // the embedded one
  std::string last_failure;        // of a request without a whole response: host, port and cause; empty: none
  std::string remaining_file;      // where the remaining removals were written; empty: nowhere
  std::string selection;           // of a dry run: see selection_text
  std::vector<InvalidId> invalid;  // with their places
  std::vector<FileColumns> columns;  // of the files
  bool skip_invalid = false;         // --skip-invalid was given
  std::string report_file;           // where the report was written; empty: nowhere
  bool all_invalid = false;          // list all of them, not only the first 20
  uint64_t now_ms = 0;               // unix time, to tell times of today from others
};

// The summary, with a line end after each line. Text from the server or the input is made printable. Throws
// nlohmann::json::exception if `result` is not of the action's form.
std::string summary_text(const nlohmann::json &result, const SummaryContext &context, const Colours &colours);

}  // namespace skipcall::cli
