#include "vector_file.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "journal_line.hpp"

namespace skipcall::vectors {
namespace {

using Json = nlohmann::ordered_json;
using Kind = host::JournalEvent::Kind;

constexpr std::string_view head_begin = "{\"journal\":";
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

Json call_of(const Call &call) {
  Json seen;
  if (call.kind == Call::Kind::cancel) {
    seen["cancel"] = call.exchange;
    return seen;
  }
  const host::HttpRequest &request = call.request;
  // What is the same in each request is checked here instead of being in each vector.
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

int32_t deliver(const host::JournalEvent &event, uint32_t run, Guest &guest) {
  switch (event.kind) {
    case Kind::wake:
      return guest.wake(run, event.now_ms);
    case Kind::cancel:
      return guest.cancel(run, event.now_ms);
    case Kind::http_done:
      return guest.answer(run, event.exchange, event.now_ms, &event.response);
    case Kind::http_lost:
      return guest.answer(run, event.exchange, event.now_ms, nullptr);
    case Kind::gap:
      break;
  }
  throw std::runtime_error("a gap in a vector");
}

}  // namespace

std::vector<std::filesystem::path> vector_files() {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(SKIPCALL_SOURCE_DIR "/tests/vectors")) {
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Vector> read_vectors(const std::filesystem::path &file) {
  std::vector<Vector> vectors;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(head_begin)) vectors.emplace_back();
    vectors.at(vectors.size() - 1) += line + '\n';
  }
  return vectors;
}

void write_vectors(const std::filesystem::path &file, const std::vector<Vector> &vectors) {
  std::ofstream out(file);
  for (const Vector &vector : vectors) out << vector;
}

std::string name_of(const Vector &vector) {
  return host::read_journal(vector).head.note;
}

Replayed replay(const Vector &vector, Guest &guest) {
  const host::JournalText journal = host::read_journal(vector);
  // A line that is not understood would end the journal silently.
  if (journal.good_bytes != vector.size()) throw std::runtime_error("a line that is not as JOURNAL.md says");
  const host::RunRequest &begun = journal.head.run;
  const uint32_t run = guest.start(begun.input, begun.flags, begun.seed);
  if (run == 0) throw std::runtime_error("the guest refused to start a run");
  int32_t state = guest.status(run).state;
  Replayed seen{host::write_head(journal.head) + '\n', {}, {}};
  for (const host::JournalEvent &event : journal.events) {
    const int32_t returned = deliver(event, run, guest);
    const action_progress progress = guest.status(run);
    Json expect;
    if (returned != ACTION_WAITING) expect["state"] = state_name(returned);
    if (progress.phase != ACTION_PHASE_SENDING && returned == ACTION_WAITING) {
      expect["phase"] = phase_names[progress.phase];
    }
    if (progress.wake_ms != 0) expect["wakeMs"] = progress.wake_ms;
    for (const Call &call : seen.calls.emplace_back(guest.take_calls())) {
      expect["calls"].push_back(call_of(call));
    }
    seen.vector += host::write_event(event) + '\n';
    if (!expect.empty()) seen.vector += Json{{"expect", expect}}.dump() + '\n';
    state = progress.state;
  }
  if (state == ACTION_DONE) {
    seen.result = guest.result(run);
    seen.vector += "{\"result\":" + seen.result + "}\n";
  }
  guest.release(run);
  guest.take_calls();
  return seen;
}

}  // namespace skipcall::vectors
