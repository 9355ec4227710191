// The module's own work, as WebAssembly on wasmtime against the same sources natively.
#include "contact_document.hpp"
#include "immediate_run.hpp"
#include "measures.hpp"
#include "module_under_test.hpp"
#include "timing.hpp"

namespace skipcall::bench {
namespace {

constexpr int repetitions = 41;

struct Samples {
  std::vector<double> start, total;
  void add(const ImmediateRun &run) {
    start.push_back(run.start);
    total.push_back(run.total);
  }
};

}  // namespace

void measure_speed(Table &table, const Subjects &subjects) {
  table.title("100,000 contacts, processor time (median of " + std::to_string(repetitions) +
              ", alternating)");
  const std::string input = document_of_one(100'000);
  const auto native = vectors::native_guest();
  ModuleUnderTest wasi(subjects.module);
  ModuleUnderTest emscripten(subjects.emscripten_module);
  Samples of_native, of_wasi, of_emscripten;
  for (int i = 0; i < repetitions; i++) {
    of_native.add(run_immediately(*native, input));
    of_wasi.add(run_immediately(wasi, input));
    of_emscripten.add(run_immediately(emscripten, input));
  }
  const auto add = [&table](const char *name, const std::vector<double> &measured,
                            const std::vector<double> &peer, double at_most) {
    table.add({.name = name,
               .measured = median(measured),
               .unit = "ms",
               .against = "native -O2",
               .reference = median(peer),
               .ratio_at_most = at_most});
  };
  add("wasi-sdk: the whole run, all 1,000 bodies", of_wasi.total, of_native.total, 1.5);
  add("wasi-sdk: only remove_contacts (parse, duplicates)", of_wasi.start, of_native.start, 0);
  add("Emscripten: the whole run", of_emscripten.total, of_native.total, 1.5);
  add("Emscripten: only remove_contacts", of_emscripten.start, of_native.start, 0);
}

}  // namespace skipcall::bench
