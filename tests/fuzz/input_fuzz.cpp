// Any bytes as the input document: read without a fault, accounted for, and written into a result.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "account.hpp"
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string_view document(reinterpret_cast<const char *>(data), size);
  skipcall::Input input;
  skipcall::read_input(document, 1, input);
  const skipcall::Removals &removals = input.removals;
  skipcall::expect(removals.requested == removals.invalid + removals.duplicates + removals.contacts.size(),
                   "the input does not add up");

  skipcall::Run run(document, 0, 1);
  Nowhere host;
  run.wake(1, host);
  run.cancel(2, host);
  const std::string fault = skipcall::account_fault(run.result());
  skipcall::expect(fault.empty(), fault);
  return 0;
}
