// What a start costs: the program up to its first request, an instance, and one step.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "contact_document.hpp"
#include "measures.hpp"
#include "module_under_test.hpp"
#include "sandbox/server.hpp"
#include "temporary_directory.hpp"
#include "timing.hpp"

extern char **environ;

namespace skipcall::bench {
namespace {

// Runs a program to its end and discards its output.
void run_program(std::vector<std::string> arguments) {
  std::vector<char *> pointers;
  for (std::string &argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawn(&child, pointers[0], &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error != 0 || waitpid(child, &status, 0) != child || status != 0) {
    throw std::runtime_error(arguments[0] + " failed");
  }
}

// Wall time from the start of the program to the first request that the sandbox has answered.
double first_request_ms(const Subjects &subjects, const host::TemporaryDirectory &directory) {
  const sandbox::Data data = make_data({1'000});
  const std::string file = (directory.path() / "contacts.json").string();
  std::ofstream(file) << document_of(data.sequences);
  std::atomic<double> first{0};
  sandbox::ServerOptions options;
  options.log = [&first](const sandbox::LogLine &) {
    double none = 0;
    first.compare_exchange_strong(none, wall_ms());
  };
  sandbox::Server server(sandbox::Api(data), options);
  setenv("SKIPCALL_BASE_URL", server.base_url().c_str(), 1);
  const double before = wall_ms();
  run_program({subjects.runner, "remove-contacts", file, "--yes", "--module", subjects.module});
  if (first == 0) throw std::runtime_error("the program sent nothing");
  return first - before;
}

double bare_start_ms(const Subjects &subjects) {
  const double before = wall_ms();
  run_program({subjects.runner, "--version"});
  return wall_ms() - before;
}

void measure_runner(Table &table, const Subjects &subjects) {
  const host::TemporaryDirectory directory;
  setenv("SKIPCALL_API_KEY", bench_key, 1);
  setenv("XDG_CACHE_HOME", directory.path().c_str(), 1);
  setenv("XDG_STATE_HOME", directory.path().c_str(), 1);
  std::vector<double> cold, warm, bare;
  for (int i = 0; i < 15; i++) {
    std::filesystem::remove_all(directory.path() / "skipcall");
    cold.push_back(first_request_ms(subjects, directory));
    warm.push_back(first_request_ms(subjects, directory));
    bare.push_back(bare_start_ms(subjects));
  }
  table.add({.name = "start to first request, warm cache, 1,000 contacts",
             .measured = median(warm),
             .unit = "ms",
             .against = "skipcall --version",
             .reference = median(bare)});
  table.add({.name = "start to first request, warm cache",
             .measured = median(warm),
             .unit = "ms",
             .against = "with a cold cache",
             .reference = median(cold)});
}

void measure_instance(Table &table, const Subjects &subjects) {
  std::vector<double> compile, instantiate;
  for (int i = 0; i < 11; i++) {
    const double before = wall_ms();
    const host::Module module = host::Module::load(subjects.module, {});
    const double between = wall_ms();
    for (int k = 0; k < 100; k++) host::Instance instance(module);
    instantiate.push_back((wall_ms() - between) * 10);
    compile.push_back((between - before) * 1000);
  }
  table.add({.name = "instantiate",
             .measured = median(instantiate),
             .unit = "us",
             .against = "check and compile",
             .reference = median(compile)});
}

struct Steps {
  std::vector<double> wake, response;
};

// A wake with nothing to do, and a response that leads to the next request; in us.
void take_steps(vectors::Guest &guest, const std::string &input, Steps &steps) {
  constexpr int calls = 500;
  constexpr uint64_t now_ms = 1'790'000'000'000;
  host::HttpResponse response;
  response.status = 200;
  response.headers = "content-type: application/json\r\n";
  response.body = R"({"removed":1})";
  const uint32_t run = guest.start(input, 0, 1);
  guest.wake(run, now_ms);
  guest.take_calls();
  guest.answer(run, 1, now_ms, &response);
  guest.take_calls();

  double before = cpu_ms();
  for (int i = 0; i < calls; i++) guest.wake(run, now_ms);
  steps.wake.push_back((cpu_ms() - before) * 1000 / calls);
  before = cpu_ms();
  for (uint32_t i = 0; i < calls; i++) {
    guest.answer(run, 2 + i, now_ms, &response);
    guest.take_calls();
  }
  steps.response.push_back((cpu_ms() - before) * 1000 / calls);
  guest.cancel(run, now_ms);
  guest.take_calls();
  guest.release(run);
}

void measure_step(Table &table, const Subjects &subjects) {
  const std::string input = document_of_one(100'000);
  const auto native = vectors::native_guest();
  ModuleUnderTest module(subjects.module);
  Steps of_native, of_module;
  for (int i = 0; i < 21; i++) {
    take_steps(*native, input, of_native);
    take_steps(module, input, of_module);
  }
  table.add({.name = "one step: action_wake with nothing to do",
             .measured = median(of_module.wake),
             .unit = "us",
             .against = "native -O2",
             .reference = median(of_native.wake)});
  table.add({.name = "one step: action_http_done that sends the next 100 ids",
             .measured = median(of_module.response),
             .unit = "us",
             .against = "native -O2",
             .reference = median(of_native.response)});
}

}  // namespace

void measure_start(Table &table, const Subjects &subjects) {
  table.title("Start, instance, step (medians)");
  measure_runner(table, subjects);
  measure_instance(table, subjects);
  measure_step(table, subjects);
}

}  // namespace skipcall::bench
