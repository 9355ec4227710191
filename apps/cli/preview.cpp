#include "preview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "failure.hpp"
#include "wording.hpp"

namespace skipcall::cli {

std::string preview_text(const Preview &preview, const Colours &colours) {
  const std::string verb = preview.resumed ? "Continue removing " : "Remove ";
  const uint64_t left = preview.contacts - std::min(preview.done, preview.contacts);
  std::string text = fmt::format("{} from {}\n", colours.strong(verb + counted(left, "contact")),
                                 counted(preview.sequences, "sequence"));
  const auto line = [&](std::string_view name, const std::string &value) {
    text += fmt::format("  {:<9} {}\n", name, value);
  };
  if (preview.resumed) {
    line("done", fmt::format("{} of {} already, {} removed", grouped(preview.done), grouped(preview.contacts),
                             grouped(preview.removed)));
  }
  text += selection_text(preview.selection);
  line("server", preview.sandbox ? "sandbox, " + printable(preview.server) + " (nothing real is touched)"
                                 : printable(preview.server));
  if (preview.key) {
    const std::string kind = key_kind_text(*preview.key);
    line("key", *preview.key == KeyKind::live ? colours.warning(kind) : kind);
  }
  std::string left_out;
  if (preview.duplicates > 0) left_out = counted(preview.duplicates, "duplicate");
  if (preview.invalid > 0)
    left_out += (left_out.empty() ? "" : ", ") + counted(preview.invalid, "invalid id");
  if (!left_out.empty()) line("left out", left_out);
  if (!preview.journal.empty()) line("journal", printable(preview.journal));
  if (preview.journal.empty() && !preview.sandbox) {
    line("journal",
         colours.warning("none: " + printable(preview.no_journal) +
                         ". To keep one, name a file with --journal, or a folder with XDG_STATE_HOME"));
  }
  return text;
}

bool confirm() {
  // Opened separately: standard input may be the input.
  const std::unique_ptr<std::FILE, int (*)(std::FILE *)> terminal(
      is_terminal(stderr) ? std::fopen("/dev/tty", "re") : nullptr,
      [](std::FILE *file) { return file == nullptr ? 0 : std::fclose(file); });
  if (terminal == nullptr) {
    throw BadInput("there is no terminal to ask on; use --yes to remove without asking");
  }
  std::fputs("Continue? [y/N] ", stderr);
  std::string answer;
  for (int c = std::fgetc(terminal.get()); c != EOF && c != '\n'; c = std::fgetc(terminal.get())) {
    answer += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : static_cast<char>(c);
  }
  return answer == "y" || answer == "yes";
}

}  // namespace skipcall::cli
