#include "module_under_test.hpp"

namespace skipcall::bench {

ModuleUnderTest::ModuleUnderTest(const std::string &file)
    : module_(host::Module::load(file, {})), instance_(module_) {}

uint32_t ModuleUnderTest::start(const std::string &input, uint32_t flags, uint64_t seed) {
  return instance_.start("remove_contacts", input, flags, seed);
}
int32_t ModuleUnderTest::wake(uint32_t run, uint64_t now_ms) {
  return instance_.wake(run, now_ms);
}
int32_t ModuleUnderTest::answer(uint32_t run, uint32_t exchange, uint64_t now_ms,
                                const host::HttpResponse *response) {
  return instance_.http_done(run, exchange, now_ms, response);
}
int32_t ModuleUnderTest::cancel(uint32_t run, uint64_t now_ms) {
  return instance_.cancel(run, now_ms);
}
action_progress ModuleUnderTest::status(uint32_t run) {
  return instance_.status(run);
}
std::string ModuleUnderTest::result(uint32_t run) {
  return instance_.result(run);
}
void ModuleUnderTest::release(uint32_t run) {
  instance_.release(run);
}
std::vector<vectors::Call> ModuleUnderTest::take_calls() {
  return instance_.take_announcements();
}

}  // namespace skipcall::bench
