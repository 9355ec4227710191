#include "guest.hpp"

namespace skipcall::vectors {
namespace {

class ModuleGuest final : public Guest {
 public:
  explicit ModuleGuest(const std::string &file) : module_(host::Module::load(file, {})), instance_(module_) {}

  uint32_t start(const std::string &input, uint32_t flags, uint64_t seed) override {
    return instance_.start("remove_contacts", input, flags, seed);
  }
  int32_t wake(uint32_t run, uint64_t now_ms) override { return instance_.wake(run, now_ms); }
  int32_t answer(uint32_t run, uint32_t exchange, uint64_t now_ms,
                 const host::HttpResponse *response) override {
    return instance_.http_done(run, exchange, now_ms, response);
  }
  int32_t cancel(uint32_t run, uint64_t now_ms) override { return instance_.cancel(run, now_ms); }
  action_progress status(uint32_t run) override { return instance_.status(run); }
  std::string result(uint32_t run) override { return instance_.result(run); }
  void release(uint32_t run) override { instance_.release(run); }
  std::vector<Call> take_calls() override { return instance_.take_announcements(); }

 private:
  host::Module module_;
  host::Instance instance_;
};

}  // namespace

std::unique_ptr<Guest> module_guest(const std::string &file) {
  return std::make_unique<ModuleGuest>(file);
}

}  // namespace skipcall::vectors
