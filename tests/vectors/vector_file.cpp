#include "vector_file.hpp"

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace skipcall::vectors {
namespace {

constexpr const char *error_names[] = {
    "",         "OTHER",     "DNS",    "CONNECT",       "TLS",       "TIMEOUT", "RESET",
    "PROTOCOL", "TOO_LARGE", "DENIED", "NO_CREDENTIAL", "CANCELLED", "REDIRECT"};
constexpr const char *phase_names[] = {"ready", "sending", "rate window", "back-off"};

std::string state_name(int32_t state) {
  switch (state) {
    case ACTION_DONE:
      return "done";
    case ACTION_WAITING:
      return "waiting";
    case ACTION_E_RUN:
      return "E_RUN";
    case ACTION_E_EXCHANGE:
      return "E_EXCHANGE";
    case ACTION_E_BUSY:
      return "E_BUSY";
    default:
      return "E_STRUCT";
  }
}

uint32_t error_number(const std::string &name) {
  const auto *found = std::find(std::begin(error_names), std::end(error_names), name);
  // A number that no version knows is written as such.
  return found == std::end(error_names) ? static_cast<uint32_t>(std::stoul(name))
                                        : static_cast<uint32_t>(found - std::begin(error_names));
}

host::HttpAnswer answer_of(const Json &step) {
  host::HttpAnswer answer;
  answer.status = step.value("status", 0u);
  answer.error = error_number(step.value("error", ""));
  answer.flags = (step.value("notSent", false) ? ACTION_HTTP_NOT_SENT : 0u) |
                 (step.value("mayHaveRepeated", false) ? ACTION_HTTP_MAY_HAVE_REPEATED : 0u);
  if (const auto headers = step.find("headers"); headers != step.end()) {
    for (const auto &[name, value] : headers->items()) {
      answer.headers += name + ": " + value.get<std::string>() + "\r\n";
    }
  }
  if (const auto body = step.find("body"); body != step.end()) {
    answer.body = body->is_string() ? body->get<std::string>() : body->dump();
  }
  return answer;
}

Json call_of(const Call &call) {
  Json seen;
  if (call.kind == Call::Kind::Cancel) {
    seen["cancel"] = call.exchange;
    return seen;
  }
  const host::HttpRequest &request = call.request;
  // What is the same in each request is checked here instead of being written into each vector.
  if (request.method != "DELETE" || request.connection != "skipcall" || request.response_limit != 65536 ||
      request.headers != "content-type: application/json\r\naccept: application/json\r\n") {
    throw std::runtime_error("a request with an unexpected method, connection, limit or header");
  }
  seen["send"] = call.exchange;
  if (request.timeout_ms != 30000) seen["timeoutMs"] = request.timeout_ms;
  seen["target"] = request.target;
  seen["body"] = request.body;
  return seen;
}

std::string input_of(const Json &vector) {
  return vector.contains("inputText") ? vector["inputText"].get<std::string>() : vector.at("input").dump();
}

int32_t take_step(const Json &step, uint32_t run, Guest &guest) {
  if (step.contains("wake")) return guest.wake(run, step["wake"]);
  if (step.contains("cancel")) return guest.cancel(run, step["cancel"]);
  if (step.contains("lost")) return guest.answer(run, step["lost"], step.at("now"), nullptr);
  const host::HttpAnswer answer = answer_of(step);
  return guest.answer(run, step.at("answer"), step.at("now"), &answer);
}

}  // namespace

Json answer_step(uint32_t exchange, uint64_t now_ms, const host::HttpAnswer &answer) {
  Json step{{"answer", exchange}, {"now", now_ms}};
  if (answer.status != 0) step["status"] = answer.status;
  if (answer.error != ACTION_HTTP_OK) {
    step["error"] =
        answer.error < std::size(error_names) ? error_names[answer.error] : std::to_string(answer.error);
  }
  if ((answer.flags & ACTION_HTTP_NOT_SENT) != 0) step["notSent"] = true;
  if ((answer.flags & ACTION_HTTP_MAY_HAVE_REPEATED) != 0) step["mayHaveRepeated"] = true;
  std::istringstream lines(answer.headers);
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(':');
    const size_t value = line.find_first_not_of(' ', colon + 1);
    step["headers"][line.substr(0, colon)] = line.substr(value, line.size() - 1 - value);  // without its CR
  }
  if (!answer.body.empty()) step["body"] = answer.body;
  return step;
}

std::vector<std::filesystem::path> vector_files() {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(SKIPCALL_SOURCE_DIR "/tests/vectors")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Json read_vectors(const std::filesystem::path &file) {
  std::ifstream in(file);
  return Json::parse(in);
}

void write_vectors(const std::filesystem::path &file, const Json &vectors) {
  std::ofstream out(file);
  out << std::setw(2) << vectors << '\n';
}

Json replay(const Json &vector, Guest &guest) {
  Json seen = vector;
  const uint32_t run =
      guest.start(input_of(vector), vector.value("flags", 0u), std::stoull(vector.value("seed", "1")));
  if (run == 0) throw std::runtime_error("the guest refused to start a run");
  int32_t state = guest.status(run).state;
  for (Json &step : seen["steps"]) {
    state = take_step(step, run, guest);
    const action_progress progress = guest.status(run);
    Json expect;
    expect["state"] = state_name(state);
    if (progress.phase != ACTION_PHASE_SENDING && state == ACTION_WAITING) {
      expect["phase"] = phase_names[progress.phase];
    }
    if (progress.wake_ms != 0) expect["wakeMs"] = progress.wake_ms;
    for (const Call &call : guest.take_calls()) expect["calls"].push_back(call_of(call));
    step["expect"] = expect;
    state = progress.state;
  }
  if (state == ACTION_DONE) {
    // Parsed and written again it has to be the same bytes: one form of JSON, on every guest.
    const std::string result = guest.result(run);
    seen["result"] = Json::parse(result);
    if (seen["result"].dump() != result) throw std::runtime_error("a result in another form: " + result);
  } else {
    seen.erase("result");
  }
  guest.release(run);
  guest.take_calls();
  return seen;
}

}  // namespace skipcall::vectors
