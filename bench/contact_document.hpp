// Inputs for the action, of any size and the same in every run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sandbox/data.hpp"

namespace skipcall::bench {

// A test key that may do everything, 1,000 requests a minute.
inline constexpr const char *bench_key = "sk_test_bench_0000";

// `counts[i]` contacts in sequence `prefix` + i, all different.
std::vector<sandbox::Sequence> make_sequences(const std::vector<uint32_t> &counts,
                                              const std::string &prefix = "s");
// The same as the sandbox's data, with bench_key.
sandbox::Data make_data(const std::vector<uint32_t> &counts);

// The input that removes all of them. options: a JSON object, or empty.
std::string document_of(const std::vector<sandbox::Sequence> &sequences, const std::string &options = {});

// The same contacts, but in pieces of `piece` contacts that alternate between the sequences, so that no
// sequence is contiguous.
std::string interleaved_document_of(const std::vector<sandbox::Sequence> &sequences, size_t piece);

// The document with a blank after each comma and colon, as many programs write JSON.
std::string spaced(const std::string &document);

// `count` contacts of one sequence in the short form.
std::string document_of_one(uint32_t count);

}  // namespace skipcall::bench
