// Made-up ids and texts in place of real ones, of the same shape, so that a journal can be shown to strangers.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "journal_line.hpp"

namespace skipcall::cli {

// The same text becomes the same made-up text each time, and two different ones stay different.
class MadeUpTexts {
 public:
  // UUIDs become other UUIDs, whatever their case; of all else each letter, digit and character beyond ASCII
  // becomes another of its kind. Throws BadInput: more different texts of one short shape than it has.
  std::string text(const std::string &original);
  // A JSON text with the values of its strings made up, and everything else byte for byte, except those of
  // members that tell the action what to do. A text that is no JSON: text().
  std::string json(const std::string &original);

 private:
  std::string uuid(std::string original);
  std::string plain(const std::string &original);

  std::map<std::string, std::string> made_up_;
  std::map<std::string, uint64_t> of_shape_;
  uint64_t uuids_ = 0;
};

// The journal with made-up texts, without note, server and key fingerprint. Times, counts, headers that pace
// a run and error codes stay. Throws BadInput.
host::JournalText redacted(host::JournalText journal);

}  // namespace skipcall::cli
