// Any bytes as the input document: read without a crash and to the same effect in any spelling, accounted
// for, and written into a result.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "account_fault.hpp"
#include "expect.hpp"
#include "input.hpp"
#include "run.hpp"

namespace {

class Nowhere final : public skipcall::Host {
 public:
  void send(uint32_t, const skipcall::Request &request) override {
    skipcall::expect(request.target.size() >= 24, "a request without a sequence");
    skipcall::expect(request.body.size() >= 55, "a request without contacts");
    for (const char c : request.target) skipcall::expect(c > ' ' && c < 0x7f, "a target that is not plain");
  }
  void cancel(uint32_t) override {}
};

// The document with its removals spelled so that they are read token by token.
std::string spelled_out(std::string_view document) {
  constexpr std::string_view name = "\"sequenceId\"";
  std::string out(document);
  for (size_t at = 0; (at = out.find(name, at)) != out.npos; at += name.size()) {
    out.replace(at, 2, "\"\\u0073");
  }
  return out;
}

bool is_same(const skipcall::Input &one, const skipcall::Input &other) {
  const skipcall::Removals &a = one.removals, &b = other.removals;
  const auto same_sequence = [&a, &b](const skipcall::Sequence &in_a, const skipcall::Sequence &in_b) {
    return a.sequences.name_of(in_a) == b.sequences.name_of(in_b) && in_a.contacts == in_b.contacts;
  };
  const auto same_place = [](const skipcall::InvalidId &in_a, const skipcall::InvalidId &in_b) {
    return in_a.removal == in_b.removal && in_a.contact == in_b.contact && in_a.reason == in_b.reason;
  };
  return one.problem.empty() == other.problem.empty() && a.requested == b.requested &&
         a.invalid == b.invalid && a.duplicates == b.duplicates &&
         std::equal(a.contacts.begin(), a.contacts.end(), b.contacts.begin(), b.contacts.end()) &&
         std::equal(a.sequences.begin(), a.sequences.end(), b.sequences.begin(), b.sequences.end(),
                    same_sequence) &&
         std::equal(a.invalid_ids.begin(), a.invalid_ids.end(), b.invalid_ids.begin(), b.invalid_ids.end(),
                    same_place);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string_view document(reinterpret_cast<const char *>(data), size);
  skipcall::Input input;
  skipcall::read_input(document, 1, input);
  const skipcall::Removals &removals = input.removals;
  skipcall::expect(removals.requested == removals.invalid + removals.duplicates + removals.contacts.size(),
                   "the input does not add up");
  skipcall::Input other;
  skipcall::read_input(spelled_out(document), 1, other);
  skipcall::expect(is_same(input, other), "the input means something else if it is spelled out");

  skipcall::Run run(document, 0, 1);
  Nowhere host;
  run.wake(1, host);
  run.cancel(2, host);
  const std::string fault = skipcall::account_fault(run.result());
  skipcall::expect(fault.empty(), fault);
  return 0;
}
