#include "remaining_file.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <span>

#include "failure.hpp"
#include "new_file.hpp"

namespace skipcall::cli {

std::string remaining_text(const nlohmann::json &result, const std::string &input) {
  const nlohmann::json remaining = result.value("remaining", nlohmann::json::object());
  const nlohmann::json removals = remaining.value("removals", nlohmann::json::array());
  uint64_t named = 0;
  for (const nlohmann::json &removal : removals) named += removal.at("contactIds").size();
  const uint64_t left = result.value("unknown", uint64_t{0}) + result.value("unsent", uint64_t{0});
  if (named < left) return input + "\n";
  return named == 0 ? "" : remaining.dump() + "\n";
}

void write_whole_file(const std::filesystem::path &path, const std::string &text) {
  host::NewFile file(path);
  const int descriptor = file.descriptor().get();
  const std::span bytes(reinterpret_cast<const uint8_t *>(text.data()), text.size());
  if (file.descriptor() && host::write_all(descriptor, bytes) && ::fsync(descriptor) == 0 && file.publish())
    return;
  throw HostFailure(path.string() + ": cannot be written: " + std::strerror(errno));
}

std::string remaining_file_name() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%d-%H%M%S", &parts);
  return std::string("skipcall-remaining-") + text.data() + "-" + std::to_string(::getpid()) + ".json";
}

std::filesystem::path write_remaining(const std::string &option, const std::filesystem::path &otherwise,
                                      const std::string &json) {
  if (!option.empty()) {
    write_whole_file(option, json);
    return option;
  }
  const std::string name = remaining_file_name();
  try {
    write_whole_file(name, json);
    return name;
  } catch (const HostFailure &) {
    if (otherwise.empty()) throw;
  }
  std::error_code error;
  std::filesystem::create_directories(otherwise, error);
  write_whole_file(otherwise / name, json);
  return otherwise / name;
}

}  // namespace skipcall::cli
