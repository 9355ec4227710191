// The outcome of every row of the input, as CSV: the record of a removal that cannot be undone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "contact_list.hpp"

namespace skipcall::cli {

// A line for each row: file, line, sequence, id, outcome, cause. Outcomes are confirmed, refused, unknown,
// unsent, duplicate and invalid; in a dry run, would-be-removed in place of unsent. list: what the request of
// `result` was made from. Text that a spreadsheet would treat as a formula begins with an apostrophe.
std::string report_csv(const ContactList &list, const nlohmann::json &result);

}  // namespace skipcall::cli
