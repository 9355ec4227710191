// The longest call into the module, and the most memory, for large inputs of the shapes that cost most.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "contact_document.hpp"
#include "immediate_run.hpp"
#include "measures.hpp"
#include "module_under_test.hpp"
#include "timing.hpp"

namespace skipcall::bench {
namespace {

struct Shape {
  std::string name;
  std::string input;
  uint32_t cancel_after;
};

std::vector<Shape> shapes_of(uint32_t contacts) {
  const std::vector<uint32_t> tenths(10, contacts / 10);
  const std::vector<sandbox::Sequence> ten = make_sequences(tenths);
  return {{"all confirmed", document_of_one(contacts), UINT32_MAX},
          {"cancelled at once", document_of_one(contacts), 0},
          {"ten sequences alternating every 10 contacts, cancelled", interleaved_document_of(ten, 10), 0},
          {"ten sequences alternating every contact, cancelled", interleaved_document_of(ten, 1), 0},
          {"the same, sequence ids beyond ASCII",
           interleaved_document_of(make_sequences(tenths, "s\u00e9q "), 1), 0},
          {"the same with white space", spaced(interleaved_document_of(ten, 1)), 0}};
}

struct Figures {
  double longest_ms;
  uint64_t memory_bytes;
};

Figures figures_of(const Shape &shape, const std::string &file, int repetitions) {
  Figures figures{0, 0};
  for (int i = 0; i < repetitions; i++) {
    ModuleUnderTest module(file);  // a new one each time, so that growing memory is part of the step
    const ImmediateRun run = run_immediately(module, shape.input, shape.cancel_after);
    if (run.result.find(R"("cause":"internal")") != run.result.npos) {
      throw std::runtime_error(shape.name + ": the module ran out of memory");
    }
    figures.longest_ms = std::max(figures.longest_ms, run.longest);
    figures.memory_bytes = std::max(figures.memory_bytes, module.memory_bytes());
  }
  return figures;
}

void measure(Table &table, const std::string &file, const std::vector<Shape> &shapes, int repetitions,
             double limit_ms, double limit_mib) {
  for (const Shape &shape : shapes) {
    const Figures figures = figures_of(shape, file, repetitions);
    table.add({.name = shape.name + ": longest step",
               .measured = figures.longest_ms,
               .unit = "ms",
               .against = "limit",
               .reference = limit_ms,
               .ratio_at_most = 1});
    table.add({.name = shape.name + ": linear memory",
               .measured = static_cast<double>(figures.memory_bytes) / (1 << 20),
               .unit = "MiB",
               .against = "limit",
               .reference = limit_mib,
               .ratio_at_most = 1});
  }
}

}  // namespace

void measure_steps(Table &table, const Subjects &subjects) {
  const std::pair<std::string, std::string> modules[] = {{"wasi-sdk", subjects.module},
                                                         {"Emscripten", subjects.emscripten_module}};
  const std::vector<Shape> many = shapes_of(100'000), most = shapes_of(1'000'000);
  for (const auto &[name, file] : modules) {
    table.title(name + ": 100,000 contacts in one call (the longest of 7 runs, processor time)");
    measure(table, file, many, 7, 100, 128);
    table.title(name + ": 1,000,000 contacts in one call (the longest of 3 runs, processor time)");
    measure(table, file, most, 3, 1000, 128);
  }
}

}  // namespace skipcall::bench
