// The judgement of a finished run: its result against what was asked, what was sent, and what the server has.
#pragma once

#include <cstdint>

#include "sandbox/api.hpp"
#include "simulation/driven_run.hpp"

namespace skipcall::simulation {

// Throws Violation. The run is done, and nothing of it is on its way any more.
void check_account(DrivenRun &run, const Scenario &scenario, const sandbox::Api &api);

// Passes what remains in again, to the server in good health: all of it is confirmed but what is not the
// key's. Effect: `api` is healthy from then on. Throws Violation.
void check_again(DrivenRun &run, const Scenario &scenario, sandbox::Api &api, uint64_t now_ms);

}  // namespace skipcall::simulation
