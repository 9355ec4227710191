// The input document of remove_contacts: read, checked, and turned into removals and options.
#pragma once

#include <string_view>

#include "options.hpp"
#include "removals.hpp"
#include "text.hpp"

namespace skipcall {

struct Input {
  Removals removals;
  Options options;
  // What is wrong with the document, in a sentence; empty: nothing. Such an input is refused as a whole, but
  // the ids that could be read are still accounted for.
  Text problem;
  bool out_of_memory = false;
};

// Reads `document` (borrowed). `seed` is the run's. Errors are in the Input.
// Source: manifest, actions[].input.
void read_input(std::string_view document, uint64_t seed, Input &input);

}  // namespace skipcall
