// bench [--module FILE] [--emscripten-module FILE] [PART...]: prints the table. Exit code 1: something
// exceeds its limit. Parts: requests pace speed steps start; none: all of them.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

#include "measures.hpp"

int main(int count, char **arguments) {
  using namespace skipcall::bench;
  Subjects subjects{WASM_MODULE, WASM_EMSCRIPTEN_MODULE, RUNNER};
  std::vector<std::string_view> parts;
  for (int i = 1; i < count; i++) {
    const std::string_view argument = arguments[i];
    if (argument == "--module" && i + 1 < count) {
      subjects.module = arguments[++i];
    } else if (argument == "--emscripten-module" && i + 1 < count) {
      subjects.emscripten_module = arguments[++i];
    } else {
      parts.push_back(argument);
    }
  }
  constexpr std::string_view known[] = {"requests", "pace", "speed", "steps", "start"};
  for (const std::string_view part : parts) {
    if (std::find(std::begin(known), std::end(known), part) != std::end(known)) continue;
    std::fprintf(stderr,
                 "usage: bench [--module FILE] [--emscripten-module FILE] [PART...]\n"
                 "parts: requests pace speed steps start\n");
    return 2;
  }
  const auto wanted = [&parts](std::string_view part) {
    return parts.empty() || std::find(parts.begin(), parts.end(), part) != parts.end();
  };
  try {
    Table table;
    if (wanted("requests")) measure_requests(table);
    if (wanted("pace")) measure_pace(table, subjects);
    if (wanted("speed")) measure_speed(table, subjects);
    if (wanted("steps")) measure_steps(table, subjects);
    if (wanted("start")) measure_start(table, subjects);
    std::printf("\n%s\n", table.ok() ? "All within their limits." : "Something EXCEEDS its limit.");
    return table.ok() ? 0 : 1;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 2;
  }
}
