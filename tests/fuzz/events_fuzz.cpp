// A script of bytes drives a whole run: responses in any order or lost, wakes early and late, cancels. After
// the script the rest is confirmed, and the run must end.
//
// Input: 4 bytes of shape (contacts, sequences, concurrency, options), then 2 bytes per event (what, which).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "account_fault.hpp"
#include "expect.hpp"
#include "run.hpp"
#include "sample.hpp"

namespace {

using skipcall::expect;

class Bytes {
 public:
  Bytes(const uint8_t *data, size_t size) : data_(data), size_(size) {}
  bool empty() const { return size_ == 0; }
  uint8_t next() {
    if (size_ == 0) return 0;
    size_--;
    return *data_++;
  }

 private:
  const uint8_t *data_;
  size_t size_;
};

struct Shape {
  unsigned contacts, sequences, concurrency, max_attempts;
  std::string document;
};

Shape shape_of(Bytes &bytes) {
  Shape shape;
  shape.contacts = bytes.next();
  shape.sequences = 1 + bytes.next() % 4;
  shape.concurrency = 1 + bytes.next() % 32;
  const unsigned options = bytes.next();
  shape.max_attempts = 1 + (options >> 3) % 5;
  std::string removals;
  for (unsigned s = 0; s < shape.sequences; s++) {
    const unsigned share = (shape.contacts + s) / shape.sequences;
    removals += (s == 0 ? "" : ",") + skipcall::removal(std::string(1, static_cast<char>('A' + s)), share);
  }
  std::string text = R"("batchSize":)" + std::to_string((options & 1) != 0 ? 3 : 100) + R"(,"concurrency":)" +
                     std::to_string(shape.concurrency) + R"(,"maxAttempts":)" +
                     std::to_string(shape.max_attempts);
  if ((options & 2) != 0) text += R"(,"maxStallMs":)" + std::to_string((options & 64) != 0 ? 0 : 5000);
  if ((options & 4) != 0) text += R"(,"maxDurationMs":20000)";
  if ((options & 128) != 0) text += R"(,"leaveRemaining":0)";
  shape.document = skipcall::input_of(removals, text);
  return shape;
}

class Player final : public skipcall::Host {
 public:
  explicit Player(const Shape &shape) : shape_(shape), run(shape.document, 0, shape.contacts) {}

  void send(uint32_t exchange, const skipcall::Request &request) override {
    expect(exchange == ++last_, "an exchange has a number out of order");
    const auto ids = static_cast<unsigned>(std::count(request.body.begin(), request.body.end(), '-') / 4);
    open_.push_back({exchange, ids});
    expect(open_.size() <= shape_.concurrency, "more are open than allowed");
    expect(!cancelled_, "something is sent after a cancel");
    sent_++;
  }
  void cancel(uint32_t exchange) override {
    expect(cancelled_, "a run cancels on its own");
    expect(std::erase_if(open_, [exchange](const Open &open) { return open.exchange == exchange; }) == 1,
           "an exchange is cancelled that is not open");
  }

  void play(uint8_t what, uint8_t which);
  // Confirms everything that comes, until the run is done.
  void finish();
  void check();

 private:
  struct Open {
    uint32_t exchange;
    unsigned contacts;
  };

  void answer(uint8_t which, uint32_t status, uint32_t error, const std::string &headers,
              const std::string &body, bool not_sent = false);
  void confirm(uint8_t which, const std::string &headers) {
    if (open_.empty()) return;
    const unsigned contacts = open_[which % open_.size()].contacts;
    answer(which, 200, 0, headers, R"({"removed":)" + std::to_string(contacts) + "}");
  }
  std::string window(unsigned remaining, unsigned in_s) const {
    return "X-RateLimit-Limit: 100\r\nX-RateLimit-Remaining: " + std::to_string(remaining) +
           "\r\nX-RateLimit-Reset: " + std::to_string(now_ / 1000 + in_s) + "\r\n";
  }

  const Shape &shape_;
  std::vector<Open> open_;
  uint32_t last_ = 0;
  unsigned sent_ = 0;
  bool cancelled_ = false;
  uint64_t now_ = 1'750'000'000'000;

 public:
  skipcall::Run run;
};

void Player::answer(uint8_t which, uint32_t status, uint32_t error, const std::string &headers,
                    const std::string &body, bool not_sent) {
  if (open_.empty()) {
    const bool done = run.is_done();
    const int32_t state = run.answer(which, now_, {status, error, not_sent, headers, body}, *this);
    expect(state == (done ? ACTION_DONE : ACTION_E_EXCHANGE), "a response to nothing is accepted");
    return;
  }
  const size_t at = which % open_.size();
  const uint32_t exchange = open_[at].exchange;
  open_.erase(open_.begin() + static_cast<ptrdiff_t>(at));
  const int32_t state = run.answer(exchange, now_, {status, error, not_sent, headers, body}, *this);
  expect(state >= 0, "a response is refused");
  if (run.is_done()) return;
  expect(run.answer(exchange, now_, {}, *this) == ACTION_E_EXCHANGE, "a second response is accepted");
}

void Player::play(uint8_t what, uint8_t which) {
  static constexpr uint16_t statuses[] = {200, 204, 302, 400, 401, 403, 404,
                                          408, 418, 422, 429, 500, 503, 524};
  switch (what % 12) {
    case 0:
      run.wake(now_, *this);
      break;
    case 1:
      run.wake(now_ += which * 50u, *this);
      break;
    case 2:
      if (const uint64_t wake = run.progress().wake_ms; wake > now_) now_ = wake;
      run.wake(now_, *this);
      break;
    case 3:
      run.wake(now_ -= which, *this);  // a clock that runs backwards
      break;
    case 4:
    case 5:
      confirm(which, "");
      break;
    case 6:
      confirm(which, window(which, what));
      break;
    case 7:
      answer(which, statuses[(what / 12 + which) % 14], 0, window(what % 5, which % 90),
             R"({"code":"C","message":"m"})");
      break;
    case 8:
      answer(which, statuses[(what / 12 + which) % 14], 0, which % 2 == 0 ? "Retry-After: 3\r\n" : "", "");
      break;
    case 9:
      answer(which, 0, (what / 12 + which) % 14, "", "", which % 3 == 0);
      break;
    case 10:
      answer(which, 200, which % 13, "", "<html>");
      break;
    default:
      if (which != 7) break;  // rare, so that runs get far
      cancelled_ = true;
      expect(run.cancel(now_, *this) == ACTION_DONE, "a cancelled run continues");
  }
}

void Player::finish() {
  run.wake(now_, *this);
  for (unsigned step = 0; !run.is_done(); step++) {
    expect(step < 20'000, "the run does not end");
    if (!open_.empty()) {
      confirm(0, "");
      continue;
    }
    const uint64_t wake = run.progress().wake_ms;
    expect(wake > 0, "the run waits for nothing");
    now_ = std::max(now_, wake);
    run.wake(now_, *this);
  }
}

void Player::check() {
  expect(open_.empty(), "the run is done, but requests are open");
  const std::string fault = skipcall::account_fault(run.result());
  expect(fault.empty(), fault);
  const action_progress &progress = run.progress();
  expect(progress.requests == sent_, "the requests are miscounted");
  const unsigned batches = sent_ - progress.retries;
  expect(progress.retries <= batches * (shape_.max_attempts - 1), "more tries than allowed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 2000) return 0;
  Bytes bytes(data, size);
  const Shape shape = shape_of(bytes);
  Player player(shape);
  while (!bytes.empty()) {
    const uint8_t what = bytes.next();
    player.play(what, bytes.next());
  }
  player.finish();
  player.check();
  return 0;
}
