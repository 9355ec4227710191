// Judges a finished run: its result against what was asked, what was sent, and what the server has.
#pragma once

#include <cstdint>

#include "sandbox/api.hpp"
#include "simulation/driven_run.hpp"

namespace skipcall::simulation {

// Throws Violation. The run is done, and nothing of it is still in flight.
void check_account(DrivenRun &run, const Scenario &scenario, const sandbox::Api &api);

// Passes the remaining contacts in again, to a healthy server: all of them are confirmed, except those
// outside the key's scope. Effect: `api` is healthy from then on. Throws Violation.
void check_again(DrivenRun &run, const Scenario &scenario, sandbox::Api &api, uint64_t now_ms);

}  // namespace skipcall::simulation
