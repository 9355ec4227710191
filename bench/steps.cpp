// The longest call into the module, and the most memory, for large inputs of the shapes that cost most.
#include <stdexcept>

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
  const std::vector<sandbox::Sequence> ten = make_sequences(std::vector<uint32_t>(10, contacts / 10));
  return {{"all confirmed", document_of_one(contacts), UINT32_MAX},
          {"cancelled with all of it left", document_of_one(contacts), 0},
          {"ten sequences in turns of 10 contacts, cancelled", interleaved_document_of(ten, 10), 0},
          {"ten sequences in turns of 1 contact, cancelled", interleaved_document_of(ten, 1), 0}};
}

struct Figures {
  double longest_ms;
  uint64_t memory_bytes;
};

Figures figures_of(const Shape &shape, const std::string &file, int repetitions) {
  std::vector<double> longest;
  uint64_t memory = 0;
  for (int i = 0; i < repetitions; i++) {
    ModuleUnderTest module(file);  // anew, so that growing memory is part of the step
    const ImmediateRun run = run_immediately(module, shape.input, shape.cancel_after);
    if (run.result.find(R"("cause":"internal")") != run.result.npos) {
      throw std::runtime_error(shape.name + ": the module ran out of memory");
    }
    longest.push_back(run.longest);
    memory = module.memory_bytes();
  }
  return {median(longest), memory};
}

void measure(Table &table, const Subjects &subjects, uint32_t contacts, int repetitions, double limit_ms,
             double limit_mib) {
  for (const Shape &shape : shapes_of(contacts)) {
    const Figures figures = figures_of(shape, subjects.module, repetitions);
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
  table.title("100,000 contacts in one call (median of 7, processor time)");
  measure(table, subjects, 100'000, 7, 100, 128);
  table.title("1,000,000 contacts in one call (median of 3, processor time)");
  measure(table, subjects, 1'000'000, 3, 1000, 128);
}

}  // namespace skipcall::bench
