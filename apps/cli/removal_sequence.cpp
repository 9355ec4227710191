#include "removal_sequence.hpp"

#include "failure.hpp"

namespace skipcall::cli {

nlohmann::json removal_sequence(const nlohmann::json *own, const std::string &given, const std::string &file,
                                uint32_t line) {
  if (own == nullptr && given.empty()) {
    throw BadInput(file + ":" + std::to_string(line) +
                       ": a removal has no \"sequenceId\"; add it, or say with --sequence which it is",
                   "no-sequence");
  }
  if (own != nullptr && !given.empty()) {
    throw BadInput(file + ": names its own sequences, so it cannot be used together with --sequence",
                   "sequence-column");
  }
  return own != nullptr ? *own : nlohmann::json(given);
}

}  // namespace skipcall::cli
