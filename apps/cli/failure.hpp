// How a command ends before, or without, a result of the action.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace skipcall::cli {

// A failure with a message for the person and its exit code: see the table of exit codes in README.md. The
// message never holds the API key.
class Failure : public std::runtime_error {
 public:
  Failure(int exit_code, const std::string &text) : std::runtime_error(text), exit_code_(exit_code) {}
  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

// Bad input or usage: nothing was sent. Exit code 2. kind: of a file that is refused, as
// apps/contact-files/README.md names it.
class BadInput : public Failure {
 public:
  explicit BadInput(const std::string &text, std::string_view kind = {}) : Failure(2, text), kind_(kind) {}
  std::string_view kind() const { return kind_; }

 private:
  std::string_view kind_;
};

// The host could not do its part (module missing, refused or trapped; a file that cannot be written). Exit
// code 5.
struct HostFailure : Failure {
  explicit HostFailure(const std::string &text) : Failure(5, text) {}
};

}  // namespace skipcall::cli
