// What happened to a run, as a vector: a failing seed becomes a case that every host replays.
#pragma once

#include "simulation/driven_run.hpp"
#include "vector_file.hpp"

namespace skipcall::simulation {

// The vector's input, seed and events, without what is expected: SKIPCALL_RECORD writes that once the run is
// right.
vectors::Vector vector_of(const DrivenRun &run, const std::string &name);

}  // namespace skipcall::simulation
