// Runs, network and server of one scenario, under virtual time: a queue of events, no clock, no threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/api.hpp"
#include "simulation/driven_run.hpp"

namespace skipcall::simulation {

class Simulation {
 public:
  // `scenario` is borrowed. trace: lines about what happens are appended to it; borrowed; may be null.
  Simulation(const Scenario &scenario, std::vector<std::string> *trace);

  // Plays until every run is done and the network is empty, and judges the results. Throws Violation.
  void play();

  const std::vector<std::unique_ptr<DrivenRun>> &runs() const { return runs_; }
  const sandbox::Counters &counters() const { return counters_; }
  // When the server did a removal, in order, from the scenario's start.
  const std::vector<uint64_t> &accepted_ms() const { return accepted_ms_; }

 private:
  struct Event {
    enum class Kind : uint8_t { wake, arrival, answer, cancel, resume } kind;
    size_t run;
    uint64_t at_ms;
    uint64_t order;
    uint64_t version;  // of a wake: one that has been replaced is not delivered; 0: always
    uint32_t exchange;
    std::shared_ptr<const Delivery> delivery;
    std::shared_ptr<const Import> import;
    bool answers;  // of an arrival: the host still waits for the response
  };
  struct Later {
    bool operator()(const Event &a, const Event &b) const {
      return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.order > b.order;
    }
  };

  void push(Event event);
  void handle(const Event &event);
  void arrive(const Event &event);
  void resume(size_t run);
  void lose(size_t run, uint32_t exchange);
  bool is_doubtful(size_t run, uint32_t exchange);
  void launch(size_t run, const Import &import);
  void answer_later(size_t run, uint32_t exchange, uint64_t in_ms, Delivery delivery);
  void after_event(size_t run, const std::vector<Import> &imports);
  Delivery not_sent();
  Delivery by_proxy();
  Delivery lost(const Delivery &response);
  // Of the key in the request, once the server has seen it. Lent until the next request.
  const sandbox::RateWindow &window_of(const sandbox::Request &request) const;
  Delivery of_server(const sandbox::Request &request, size_t run, uint32_t exchange);
  uint64_t one_way_ms();
  void note(size_t run, const std::string &text);

  const Scenario &scenario_;
  std::vector<std::string> *trace_;
  Chance chance_;
  sandbox::Api api_;
  std::vector<std::unique_ptr<DrivenRun>> runs_;
  std::vector<uint64_t> wake_versions_;
  // Of each run whose journal lost its end, the batches that were lost since: abi/JOURNAL.md, Resuming.
  std::map<size_t, std::set<size_t>> doubted_;
  std::vector<uint64_t> accepted_ms_;
  sandbox::Counters counters_;  // of the runs only, without what is asked again
  std::priority_queue<Event, std::vector<Event>, Later> queue_;
  uint64_t now_ms_;
  uint64_t order_ = 0;
};

}  // namespace skipcall::simulation
