// Thousands of random schedules against the model server, each from one seed.
//
// SKIPCALL_SIMULATION_SEEDS=N plays N seeds instead of the usual number; SKIPCALL_SIMULATION_SEED=N plays
// only that seed and prints everything that happens in it. A seed that fails leaves a file of vectors: moved
// to tests/vectors and recorded there, it remains a test of every host.
#include "simulation/simulation.hpp"

#include <cstdlib>
#include <iostream>

#include "catch.hpp"
#include "simulation/core_memory.hpp"
#include "simulation/schedule_vector.hpp"
#include "simulation/violation.hpp"

namespace skipcall::simulation {
namespace {

constexpr uint64_t usual_seeds = 8000;
constexpr size_t trace_lines = 60;

uint64_t from_environment(const char *name, uint64_t otherwise) {
  const char *text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// The runs of a simulation as vectors.
std::vector<vectors::Vector> vectors_of(uint64_t seed, const Simulation &simulation) {
  std::vector<vectors::Vector> all;
  for (const auto &run : simulation.runs()) {
    const std::string number = std::to_string(all.size());
    all.push_back(vector_of(*run, "seed " + std::to_string(seed) + ", run " + number));
  }
  return all;
}

// Result: what was wrong; empty: nothing. `seen`: takes the runs as vectors; may be null.
std::string play(uint64_t seed, std::vector<std::string> *trace,
                 std::vector<vectors::Vector> *seen = nullptr) {
  const CoreMemory before = core_memory();
  try {
    const Scenario scenario = make_scenario(seed);
    Simulation simulation(scenario, trace);
    try {
      simulation.play();
    } catch (const std::exception &) {
      if (seen != nullptr) *seen = vectors_of(seed, simulation);
      throw;
    }
    if (seen != nullptr) *seen = vectors_of(seed, simulation);
  } catch (const std::exception &problem) {
    return problem.what();
  }
  const CoreMemory after = core_memory();
  return after.blocks == before.blocks
             ? ""
             : "memory was not given back: " +
                   std::to_string(static_cast<long>(after.blocks - before.blocks)) + " blocks";
}

std::string report(uint64_t seed, const std::string &problem, size_t lines) {
  std::vector<std::string> trace;
  std::vector<vectors::Vector> seen;
  const std::string again = play(seed, &trace, &seen);
  const std::string file = "seed-" + std::to_string(seed) + ".jsonl";
  vectors::write_vectors(file, seen);
  std::string text = problem + "\n" + make_scenario(seed).describe();
  if (again != problem) text += "played again, it differs: " + again + "\n";
  for (size_t i = trace.size() > lines ? trace.size() - lines : 0; i < trace.size(); i++)
    text += trace[i] + "\n";
  return text + "alone: SKIPCALL_SIMULATION_SEED=" + std::to_string(seed) +
         "; as vectors: " + std::filesystem::absolute(file).string() + "\n";
}

TEST_CASE("every schedule keeps the rules and accounts for each id") {
  const uint64_t alone = from_environment("SKIPCALL_SIMULATION_SEED", 0);
  if (alone != 0) {
    std::vector<std::string> trace;
    const std::string problem = play(alone, &trace);
    std::cout << make_scenario(alone).describe();
    for (const std::string &line : trace) std::cout << line << "\n";
    if (!problem.empty()) FAIL(problem);
    return;
  }
  const uint64_t seeds = from_environment("SKIPCALL_SIMULATION_SEEDS", usual_seeds);
  int problems = 0;
  for (uint64_t seed = 1; seed <= seeds && problems < 5; seed++) {
    const std::string problem = play(seed, nullptr);
    if (problem.empty()) continue;
    problems++;
    FAIL_CHECK(report(seed, problem, trace_lines));
  }
}

TEST_CASE("a run that lost the end of its journal does all that is left") {
  Scenario scenario;
  scenario.seed = 1;
  scenario.epoch_ms = 1'750'000'000'000;
  RunPlan plan;
  plan.options.batch_size = 1;
  plan.unique["A"] = sandbox::generate_contacts(700, 1);
  plan.requested = plan.total();
  plan.document = R"({"sequenceId":"A","contactIds":[)";
  for (const sandbox::Uuid &id : plan.unique["A"]) {
    plan.document += (plan.document.back() == '[' ? "\"" : ",\"") + sandbox::format_uuid(id) + "\"";
  }
  plan.document += R"(],"options":{"batchSize":1}})";
  plan.away_ms = 300;
  plan.away_for_ms = 60'000;
  plan.away_times = 1;
  plan.is_killed = plan.loses_end = true;
  scenario.in_scope = {"A"};
  scenario.data.sequences.push_back({"A", plan.unique["A"]});
  scenario.data.keys.push_back(
      {good_key, sandbox::Plan::expert, sandbox::KeyStatus::active, scenario.in_scope});
  scenario.runs.push_back(std::move(plan));
  Simulation simulation(scenario, nullptr);
  simulation.play();
  const std::string result(simulation.runs()[0]->result());
  INFO(result.substr(0, 500));
  CHECK(result.find(R"("confirmed":700)") != std::string::npos);
  CHECK(result.find(R"("removedExact":false)") != std::string::npos);
}

TEST_CASE("a schedule as vectors gives the same requests and results again") {
  const auto guest = vectors::native_guest();
  size_t steps = 0;
  for (uint64_t seed = 1; seed <= 60; seed++) {
    const Scenario scenario = make_scenario(seed);
    Simulation simulation(scenario, nullptr);
    simulation.play();
    const auto all = vectors_of(seed, simulation);
    for (size_t i = 0; i < simulation.runs().size(); i++) {
      const DrivenRun &run = *simulation.runs()[i];
      const vectors::Replayed seen = vectors::replay(all[i], *guest);
      INFO(vectors::name_of(all[i]));
      REQUIRE(seen.result == run.result());
      REQUIRE(seen.calls.size() == run.journal().size());
      for (size_t at = 0; at < run.journal().size(); at++, steps++) {
        REQUIRE(seen.calls[at].size() == run.journal()[at].imports.size());
      }
    }
  }
  CHECK(steps > 1000);
}

}  // namespace
}  // namespace skipcall::simulation
