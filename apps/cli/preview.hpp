// What a run is about to do, and the question whether to do it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "environment.hpp"
#include "selection.hpp"
#include "terminal.hpp"

namespace skipcall::cli {

struct Preview {
  bool resumed = false;    // a run that was interrupted; the numbers are the whole run's
  uint64_t done = 0;       // contacts of a resumed run that are confirmed or have failed
  uint64_t removed = 0;    // of these; the API's count
  uint64_t contacts = 0;   // unique and valid: what will be sent
  uint64_t sequences = 0;  // that have such contacts
  uint64_t duplicates = 0;
  uint64_t invalid = 0;
  Selection selection;
  std::string server;          // the base URL
  bool sandbox = false;        // the embedded one
  std::optional<KeyKind> key;  // none for a dry run
  std::string journal;         // its path; empty: none is kept
  std::string no_journal;      // why
};

// The preview, with a line end after each line.
std::string preview_text(const Preview &preview, const Colours &colours);

// Asks on the terminal whether to continue, whatever standard input is. Only y and yes mean yes. Throws
// BadInput if there is no terminal to ask on: standard error is not one, or the process has none.
bool confirm();

}  // namespace skipcall::cli
