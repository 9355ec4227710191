// What was chosen to be removed, in words: from which columns, and from which sequences.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contact_list.hpp"

namespace skipcall::cli {

struct SequenceCount {
  std::string sequence;
  uint64_t contacts = 0;  // unique and valid
};

struct Selection {
  std::vector<FileColumns> columns;  // of the CSV files
  std::vector<SequenceCount> sequences;
  bool all = false;  // list all sequences, not only the first ten
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FileColumns, source, contact, sequence, unused)

// The sequences of a dry run's result.
std::vector<SequenceCount> sequence_counts(const nlohmann::json &result);

// Two columns, as in the preview: a line for each file's columns and one for each sequence.
std::string selection_text(const Selection &selection);

}  // namespace skipcall::cli
