// What the benchmark measures, one file each.
#pragma once

#include <string>

#include "table.hpp"

namespace skipcall::bench {

struct Subjects {
  std::string module;             // of the wasi-sdk route
  std::string emscripten_module;  // of the Emscripten route
  std::string runner;             // the skipcall program
};

void measure_requests(Table &table);
void measure_pace(Table &table, const Subjects &subjects);
void measure_speed(Table &table, const Subjects &subjects);
void measure_steps(Table &table, const Subjects &subjects);
void measure_start(Table &table, const Subjects &subjects);

}  // namespace skipcall::bench
