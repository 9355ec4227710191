// Runs of one instance share nothing but memory: each does the same with others as alone.
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "guest.hpp"
#include "vector_file.hpp"

namespace skipcall {
namespace {

using vectors::Call;
using vectors::Guest;

// The effects of one event of the run. The number of the run is left out: it depends on the runs before it.
std::string seen_after(int32_t state, uint32_t run, Guest &guest, const std::vector<Call> &calls) {
  const action_progress progress = guest.status(run);
  std::ostringstream out;
  out << state << " wake " << progress.wake_ms << " phase " << progress.phase << " total " << progress.total
      << " confirmed " << progress.confirmed << " failed " << progress.failed << " open " << progress.open
      << " requests " << progress.requests << " retries " << progress.retries;
  for (const Call &call : calls) {
    if (call.run != run) out << " of another run:";
    out << (call.kind == Call::Kind::cancel ? " cancel " : " send ") << call.exchange << ' '
        << call.request.target << ' ' << call.request.body << ' ' << call.request.timeout_ms;
  }
  return out.str();
}

// A run that can be repeated: how it is started, its events, and what it showed.
struct RecordedRun {
  std::string name;
  std::function<uint32_t(Guest &)> start;
  std::vector<std::function<int32_t(Guest &, uint32_t run)>> events;
  std::vector<std::string> seen;  // after each event
  std::string result;             // empty: it has none
};

// Passes everything on to another guest, and records the run.
class RecordingGuest final : public Guest {
 public:
  RecordingGuest(Guest &guest, RecordedRun &record) : guest_(guest), record_(record) {}

  uint32_t start(const std::string &input, uint32_t flags, uint64_t seed) override {
    record_.start = [=](Guest &guest) { return guest.start(input, flags, seed); };
    return record_.start(guest_);
  }
  int32_t wake(uint32_t run, uint64_t now_ms) override {
    return take(run, [=](Guest &guest, uint32_t again) { return guest.wake(again, now_ms); });
  }
  int32_t answer(uint32_t run, uint32_t exchange, uint64_t now_ms,
                 const host::HttpResponse *response) override {
    if (response == nullptr) {
      return take(
          run, [=](Guest &guest, uint32_t again) { return guest.answer(again, exchange, now_ms, nullptr); });
    }
    return take(run, [=, copy = *response](Guest &guest, uint32_t again) {
      return guest.answer(again, exchange, now_ms, &copy);
    });
  }
  int32_t cancel(uint32_t run, uint64_t now_ms) override {
    return take(run, [=](Guest &guest, uint32_t again) { return guest.cancel(again, now_ms); });
  }
  action_progress status(uint32_t run) override { return guest_.status(run); }
  std::string result(uint32_t run) override { return record_.result = guest_.result(run); }
  void release(uint32_t run) override { guest_.release(run); }
  std::vector<Call> take_calls() override { return std::exchange(calls_, {}); }

 private:
  int32_t take(uint32_t run, std::function<int32_t(Guest &, uint32_t)> event) {
    const int32_t state = event(guest_, run);
    calls_ = guest_.take_calls();
    record_.events.push_back(std::move(event));
    record_.seen.push_back(seen_after(state, run, guest_, calls_));
    return state;
  }

  Guest &guest_;
  RecordedRun &record_;
  std::vector<Call> calls_;
};

// Each vector, alone on the native core. Whether this matches the vectors is tested with them.
std::vector<RecordedRun> recorded_runs() {
  const auto guest = vectors::native_guest();
  std::vector<RecordedRun> records;
  for (const auto &file : vectors::vector_files()) {
    for (const vectors::Vector &vector : vectors::read_vectors(file)) {
      RecordedRun &record = records.emplace_back();
      record.name = file.filename().string() + ": " + vectors::name_of(vector);
      RecordingGuest recording(*guest, record);
      vectors::replay(vector, recording);
    }
  }
  return records;
}

struct LiveRun {
  const RecordedRun *record;
  uint32_t run;
  size_t next = 0;
};

// One event of the run. False: that was its last, and it is released.
bool advance(LiveRun &live, Guest &guest) {
  const RecordedRun &record = *live.record;
  INFO(record.name << ", event " << live.next);
  if (live.next < record.events.size()) {
    const int32_t state = record.events[live.next](guest, live.run);
    CHECK(seen_after(state, live.run, guest, guest.take_calls()) == record.seen[live.next]);
    live.next++;
    return true;
  }
  if (!record.result.empty()) CHECK(guest.result(live.run) == record.result);
  guest.release(live.run);
  CHECK(guest.take_calls().empty());
  return false;
}

// One more run in each round, and one event of every run that exists: runs begin, continue and end between
// the events of others.
void play_in_turns(const std::vector<RecordedRun> &records, Guest &guest) {
  std::vector<LiveRun> live;
  size_t started = 0, most = 0;
  while (started < records.size() || !live.empty()) {
    if (started < records.size()) {
      const RecordedRun &record = records[started++];
      live.push_back({&record, record.start(guest)});
      REQUIRE(live.back().run != 0);
    }
    most = live.size() > most ? live.size() : most;
    std::erase_if(live, [&guest](LiveRun &each) { return !advance(each, guest); });
  }
  CHECK(most >= 5);
}

// Two at a time, each with the next one, alternating from start to end.
void play_in_pairs(const std::vector<RecordedRun> &records, Guest &guest) {
  for (size_t i = 0; i + 1 < records.size(); i++) {
    std::vector<LiveRun> live;
    for (const RecordedRun *record : {&records[i], &records[i + 1]}) {
      live.push_back({record, record->start(guest)});
      REQUIRE(live.back().run != 0);
    }
    while (!live.empty()) std::erase_if(live, [&guest](LiveRun &each) { return !advance(each, guest); });
  }
}

void play_all(Guest &guest) {
  const std::vector<RecordedRun> records = recorded_runs();
  REQUIRE(records.size() >= 50);
  play_in_pairs(records, guest);
  play_in_turns(records, guest);
}

}  // namespace

TEST_CASE("runs of the native core do the same with others as alone") {
  play_all(*vectors::native_guest());
}

TEST_CASE("runs of the wasi-sdk module do the same with others as alone") {
  play_all(*vectors::module_guest(WASM_MODULE));
}

TEST_CASE("runs of the Emscripten module do the same with others as alone") {
  play_all(*vectors::module_guest(WASM_EMSCRIPTEN_MODULE));
}

}  // namespace skipcall
