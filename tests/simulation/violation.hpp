// What the simulation throws when something is not as it must be.
#pragma once

#include <stdexcept>
#include <string>

namespace skipcall::simulation {

class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class... Parts>
void require(bool holds, const Parts &...parts) {
  if (holds) return;
  std::string text;
  const auto append = [&text](const auto &part) {
    if constexpr (std::is_arithmetic_v<std::decay_t<decltype(part)>>) {
      text += std::to_string(part);
    } else {
      text += part;
    }
  };
  (append(parts), ...);
  throw Violation(text);
}

}  // namespace skipcall::simulation
