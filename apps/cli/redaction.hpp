// Made-up ids and strings in place of real ones, of the same shape, so that a journal can be shown to
// strangers.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "journal_line.hpp"

namespace skipcall::cli {

// The same string becomes the same made-up string each time, and different ones stay different.
class MadeUpTexts {
 public:
  // A UUID becomes another UUID, whatever its case; in anything else each letter, digit and character beyond
  // ASCII becomes another of its kind. Throws BadInput: more different strings of one short shape than there
  // are.
  std::string text(const std::string &original);
  // A JSON text with its strings made up, except the values of members that tell the action what to do;
  // everything else stays byte for byte. Of a string that is not JSON: text().
  std::string json(const std::string &original);

 private:
  std::string uuid(std::string original);
  std::string plain(const std::string &original);

  std::map<std::string, std::string> made_up_;
  std::map<std::string, uint64_t> of_shape_;
  uint64_t uuids_ = 0;
};

// The journal with made-up strings, without note, server and key fingerprint. Times, counts, headers that
// pace a run and error codes stay. Throws BadInput.
host::JournalText redacted(host::JournalText journal);

}  // namespace skipcall::cli
