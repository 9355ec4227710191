// Text that a module, a server or a file chose, made fit to be shown: it can neither steer a terminal nor
// hide or reorder what is around it.
#pragma once
#include <string>
#include <string_view>

namespace skipcall::host {

// Line feeds and tabs: kept if the text may fill several lines, replaced if it is part of one.
enum class LineBreaks { kept, replaced };

// For a terminal, a log or an error message. "?" replaces each control character (C0, DEL, C1), line or
// paragraph separator, invisible or bidirectional format character, and byte that is not UTF-8.
std::string harmless_text(std::string_view text, LineBreaks breaks = LineBreaks::replaced);

// For a JSON document: the same characters as \u escapes, so that its value stays the same. Bytes that are
// not UTF-8 become \ufffd. Line feeds and tabs, which separate JSON's tokens, are kept; a carriage
// return becomes a space.
std::string harmless_json(std::string_view document);

}  // namespace skipcall::host
