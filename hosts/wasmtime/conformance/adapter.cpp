// The native host for the conformance kit: runs one action of one module, as abi/conformance/README.md says.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "drive.hpp"
#include "error.hpp"
#include "journal.hpp"

namespace {

using namespace skipcall::host;

constexpr const char *capabilities = R"({
  "host": "wasmtime",
  "version": "0.9.0",
  "cannot": {"http2": "libcurl of Debian 12 reports the wrong errors for HTTP/2 (docs/RATIONALE.md)."}
})";

// As abi/conformance/README.md defines them.
enum Exit { result = 0, usage = 2, refused = 3, dead = 4, connection_refused = 5 };

struct Options {
  std::string module, action, input, journal;
  std::map<std::string, std::string> base_urls;                         // by connection
  std::map<std::string, std::map<std::string, std::string>> variables;  // by connection and field
};

std::pair<std::string, std::string> split(const std::string &text, char at) {
  const size_t end = text.find(at);
  if (end == std::string::npos) throw HostError(Fault::internal, "an option has no " + std::string(1, at));
  return {text.substr(0, end), text.substr(end + 1)};
}

Options read_options(const std::vector<std::string> &words) {
  Options options;
  for (size_t at = 1; at + 1 < words.size(); at += 2) {
    const std::string &name = words[at], &value = words[at + 1];
    if (name == "--module") options.module = value;
    if (name == "--action") options.action = value;
    if (name == "--input") options.input = value;
    if (name == "--journal") options.journal = value;
    if (name == "--base-url") options.base_urls.insert(split(value, '='));
    if (name == "--secret") {
      const auto [place, variable] = split(value, '=');
      const auto [connection, field] = split(place, '.');
      options.variables[connection][field] = variable;
    }
  }
  return options;
}

std::string read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Connection connection_of(const DeclaredConnection &declared, const Options &options) {
  const auto url = options.base_urls.find(declared.name);
  FieldValues values;
  if (const auto given = options.variables.find(declared.name); given != options.variables.end()) {
    for (const auto &[field, variable] : given->second) {
      const char *value = std::getenv(variable.c_str());
      values.emplace(field, SecretString(value == nullptr ? "" : value));
    }
  }
  return {declared, url == options.base_urls.end() ? declared.base_url : url->second, std::move(values)};
}

Connections connections_of(const ModuleDescription &module, const Options &options) {
  std::vector<Connection> connections;
  connections.reserve(module.connections.size());
  for (const DeclaredConnection &declared : module.connections)
    connections.push_back(connection_of(declared, options));
  return Connections(std::move(connections));
}

// Lines on standard input: "stop" and "cancel".
void listen(StopRequest &stop) {
  std::string line;
  for (char c = 0; read(STDIN_FILENO, &c, 1) == 1;) {
    if (c != '\n') {
      line += c;
      continue;
    }
    if (line == "stop") stop.stop();
    if (line == "cancel") stop.cancel();
    line.clear();
  }
}

int exit_of(Fault fault) {
  switch (fault) {
    case Fault::not_wasm:
    case Fault::wrong_abi:
    case Fault::unreadable:
      return refused;
    case Fault::connection:
      return connection_refused;
    default:
      return dead;
  }
}

int run(const Options &options) {
  const Module module = Module::load(options.module, {});
  HttpClient http(connections_of(module.description(), options));
  const RunRequest request{options.action, read_file(options.input), 0, std::random_device()()};
  // Both outlive the thread that listens, which ends with the process.
  static StopRequest stop;
  std::thread([] { listen(stop); }).detach();

  RunOptions run_options;
  run_options.stop = &stop;
  run_options.limits.call_time = std::chrono::seconds(2);
  std::unique_ptr<Journal> journal;
  if (!options.journal.empty()) {
    journal = std::make_unique<Journal>(
        access(options.journal.c_str(), F_OK) == 0
            ? Journal::open(options.journal)
            : Journal::create(options.journal, request, module.description().sha256, http.connections()));
    run_options.journal = journal.get();
  }
  const RunEnd end = run_action(module, http, journal ? journal->run() : request, run_options);
  if (!end.ok()) throw HostError(*end.failure, end.failure_text);
  std::fwrite(end.result.data(), 1, end.result.size(), stdout);
  return std::fflush(stdout) == 0 ? result : dead;
}

}  // namespace

int main(int count, char **words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (!arguments.empty() && arguments[0] == "--capabilities") {
    std::puts(capabilities);
    return result;
  }
  if (arguments.empty() || arguments[0] != "run") {
    std::fputs("usage: adapter --capabilities | adapter run OPTION VALUE …\n", stderr);
    return usage;
  }
  int code = usage;
  try {
    code = run(read_options(arguments));
  } catch (const HostError &error) {
    std::fprintf(stderr, "%s\n", error.what());
    code = exit_of(error.fault());
  }
  std::fflush(stderr);
  std::_Exit(code);  // the listening thread is in a read
}
