// Documents and responses that no vector can hold, since they are not text or too long to be written down:
// the native core and both modules do the same with each, to the last byte.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "guest.hpp"

namespace skipcall {
namespace {

using vectors::Call;
using vectors::Guest;

constexpr uint64_t now_ms = 1'767'225'600'000;
constexpr uint32_t responses_at_most = 20;

const std::string two_contacts =
    R"({"sequenceId":"A","contactIds":["123e4567-e89b-12d3-a456-426614174000",)"
    R"("123e4567-e89b-12d3-a456-426614174001"],"options":{"batchSize":1,"maxAttempts":3}})";

// Has a name for failure messages.
using Documents = std::map<std::string, std::string>;

std::string text_of(const action_progress &progress) {
  std::ostringstream out;
  out << "state " << progress.state << " wake " << progress.wake_ms << " phase " << progress.phase
      << " total " << progress.total << " confirmed " << progress.confirmed << " failed " << progress.failed
      << " open " << progress.open << " requests " << progress.requests << " retries " << progress.retries;
  return out.str();
}

// Everything that a run shows that takes the document, is answered with success and is then cancelled.
std::string transcript_of_input(const std::string &document, Guest &guest) {
  std::ostringstream out;
  const uint32_t run = guest.start(document, 0, 1);
  out << text_of(guest.status(run)) << '\n';
  guest.wake(run, now_ms);
  std::vector<Call> open = guest.take_calls();
  for (uint32_t answered = 0; !open.empty() && answered < responses_at_most; answered++) {
    const Call call = open.front();
    open.erase(open.begin());
    out << call.exchange << ": " << call.request.target << ' ' << call.request.body << '\n';
    const host::HttpResponse response{204, 0, 0, "", "", ""};
    guest.answer(run, call.exchange, now_ms + answered, &response);
    for (Call &next : guest.take_calls()) open.push_back(std::move(next));
  }
  out << text_of(guest.status(run)) << '\n';
  guest.cancel(run, now_ms + responses_at_most);
  const std::string result = guest.result(run);
  CHECK(nlohmann::json::accept(result));  // and so UTF-8
  out << result;
  guest.release(run);
  guest.take_calls();
  return out.str();
}

// Everything that a run of two contacts shows whose every request gets this response, laid out as in
// tests/fuzz/response_fuzz.cpp.
std::string transcript_of_response(const std::string &bytes, Guest &guest) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(bytes.at(at)); };
  const std::string rest = bytes.substr(5);
  const size_t cut = std::min<size_t>(byte(3) | byte(4) << 8, rest.size());
  const uint32_t not_sent = (byte(2) & 16) != 0 ? ACTION_HTTP_NOT_SENT : 0;
  const host::HttpResponse response{static_cast<uint32_t>(byte(0) | byte(1) << 8),
                                    byte(2) & 15U,
                                    not_sent,
                                    rest.substr(0, cut),
                                    rest.substr(cut),
                                    ""};
  std::ostringstream out;
  const uint32_t run = guest.start(two_contacts, 0, 1);
  uint64_t now = now_ms;
  guest.wake(run, now);
  for (uint32_t steps = 0; guest.status(run).state == ACTION_WAITING; steps++) {
    REQUIRE(steps < 100);
    const std::vector<Call> calls = guest.take_calls();
    for (const Call &call : calls) {
      out << now << ' ' << call.exchange << ": " << call.request.target << ' ' << call.request.body << '\n';
      guest.answer(run, call.exchange, now += 100, &response);
    }
    out << text_of(guest.status(run)) << '\n';
    if (!calls.empty()) continue;
    now = std::max(now + 1, guest.status(run).wake_ms);
    guest.wake(run, now);
  }
  out << guest.result(run);
  guest.release(run);
  guest.take_calls();
  return out.str();
}

void check_same(
    const Documents &documents,
    const std::function<std::string(const std::string &, Guest &)> &transcript = transcript_of_input) {
  const auto native = vectors::native_guest();
  for (const char *file : {WASM_MODULE, WASM_EMSCRIPTEN_MODULE}) {
    const auto module = vectors::module_guest(file);
    for (const auto &[name, document] : documents) {
      INFO(file << ": " << name);
      CHECK(transcript(document, *module) == transcript(document, *native));
    }
  }
}

Documents corpus(const std::string &part) {
  Documents documents;
  for (const auto &entry :
       std::filesystem::directory_iterator(SKIPCALL_SOURCE_DIR "/tests/fuzz/corpus/" + part)) {
    std::ifstream file(entry.path(), std::ios::binary);
    documents[entry.path().filename()] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  REQUIRE(documents.size() >= 20);
  return documents;
}

std::string repeated(const std::string &text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; i++) out += text;
  return out;
}

const std::string good_id = R"("123e4567-e89b-12d3-a456-426614174000")";

// A document with this as the value of a contact, beside a good one.
std::string with_contact(const std::string &value) {
  return R"({"sequenceId":"A","contactIds":[)" + value + "," + good_id +
         R"(],"options":{"onInvalid":"skip"}})";
}
std::string with_sequence(const std::string &value) {
  return R"({"sequenceId":)" + value + R"(,"contactIds":[)" + good_id + "]}";
}
std::string with_option(const std::string &value) {
  return R"({"sequenceId":"A","contactIds":[)" + good_id + R"(],"options":{"batchSize":)" + value + "}}";
}

}  // namespace

TEST_CASE("documents of the fuzzer's corpus have the same effect on each guest") {
  check_same(corpus("input"));
}

TEST_CASE("responses of the fuzzer's corpus have the same effect on each guest") {
  check_same(corpus("response"), transcript_of_response);
}

TEST_CASE("bytes that are not UTF-8 have the same effect on each guest") {
  const std::map<std::string, std::string> wrongs = {{"a byte that never occurs in UTF-8", "\xff"},
                                                     {"a lone continuation byte", "\x80"},
                                                     {"two of four bytes", "\xf0\x9f"},
                                                     {"an overlong slash", "\xc0\xaf"},
                                                     {"a surrogate in three bytes", "\xed\xa0\x80"},
                                                     {"above U+10FFFF", "\xf4\x90\x80\x80"},
                                                     {"a lone high surrogate", "\\ud83d"},
                                                     {"a lone low surrogate", "\\ude00"},
                                                     {"surrogates in the wrong order", "\\ude00\\ud83d"}};
  Documents documents;
  for (const auto &[name, bytes] : wrongs) {
    const std::string quoted = "\"A" + bytes + "\"";
    documents[name + " in a sequence id"] = with_sequence(quoted);
    documents[name + " in a contact id"] = with_contact(quoted);
    documents[name + " in a member's name"] = "{" + quoted + ":1}";
    documents[name + " before the document"] = bytes + "{\"removals\":[]}";
    documents[name + " at the end"] = "{\"sequenceId\":\"A" + bytes;
  }
  check_same(documents);
}

TEST_CASE("two million levels of nesting have the same effect on each guest") {
  constexpr size_t levels = 2'000'000;
  const std::string arrays = repeated("[", levels), objects = repeated("{\"a\":", levels);
  const std::string closed = arrays + repeated("]", levels);
  check_same({{"arrays", arrays},
              {"closed arrays", closed},
              {"objects", objects},
              {"closed objects", objects + "1" + repeated("}", levels)},
              {"a contact id", with_contact(closed)},
              {"a sequence id", with_sequence(closed)},
              {"an option", with_option(closed)},
              {"an unknown member", "{\"x\":" + closed + "}"}});
}

// The longest number or string that is read has 128 KiB.
TEST_CASE("numbers and strings of 100 KB and of 1 MB have the same effect on each guest") {
  for (const size_t size : {100'000u, 1'000'000u}) {
    INFO(size << " bytes");
    const std::string digits = repeated("7", size);
    const Documents values = {{"a whole number", digits},
                              {"a negative number", "-" + digits},
                              {"a fraction", "0." + digits},
                              {"an exponent", "1e" + digits},
                              {"a negative exponent", "1e-" + digits},
                              {"a number with a zero before it", "0" + digits},
                              {"a string", "\"" + digits + "\""},
                              {"escapes", "\"" + repeated("\\u0041", size / 6) + "\""}};
    Documents documents;
    for (const auto &[name, value] : values) {
      documents[name + " as a contact id"] = with_contact(value);
      documents[name + " as a sequence id"] = with_sequence(value);
      documents[name + " as an option"] = with_option(value);
      documents[name + " as the document"] = value;
    }
    check_same(documents);
  }
}

}  // namespace skipcall
