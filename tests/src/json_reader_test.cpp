#include "json_reader.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"
#include "failing_memory.hpp"
#include "random.hpp"

namespace skipcall {
namespace {

// Records the events: "{", "k:name", "s:text", "n:5" …
class Trace final : public JsonHandler {
 public:
  bool scalar(const Scalar &value) override {
    switch (value.kind) {
      case Scalar::Kind::null:
        return event("null");
      case Scalar::Kind::boolean:
        return event(value.truth ? "true" : "false");
      default:
        return event(value.whole ? "n:" + std::to_string(value.number) : "n:?");
    }
  }
  bool string(std::string_view text) override { return event("s:" + std::string(text)); }
  bool key(std::string_view name) override { return event("k:" + std::string(name)); }
  bool start_object() override { return event("{"); }
  bool end_object() override { return event("}"); }
  bool start_array() override { return event("["); }
  bool end_array() override { return event("]"); }
  // With takes_ones: "1" as often as it follows a comma.
  size_t more(std::string_view text) override {
    size_t bytes = 0;
    while (takes_ones && text.substr(bytes).starts_with(",\"1\"")) bytes += 4;
    if (bytes > 0) event("took:" + std::to_string(bytes / 4));
    return bytes;
  }

  std::string events;
  bool takes_ones = false;
  size_t stop_after = SIZE_MAX;

 private:
  bool event(const std::string &name) {
    events += (events.empty() ? "" : " ") + name;
    return --stop_after > 0;
  }
};

JsonFault fault_of(std::string_view text) {
  Trace trace;
  return read_json(text, trace).fault;
}

std::string nested(size_t depth, const std::string &open, const std::string &close) {
  std::string text;
  for (size_t i = 0; i < depth; i++) text += open;
  text += "1";
  for (size_t i = 0; i < depth; i++) text += close;
  return text;
}

// A random document; one in three is broken at one byte.
class Documents {
 public:
  explicit Documents(uint64_t seed) : random_(seed) {}

  std::string next() {
    std::string text = value(random_.below(8) == 0 ? 64 : 4);
    if (random_.below(3) == 0) {
      constexpr std::string_view bytes = "{}[],:\"\\ntf0-.eE \x01\x80\xc3\xff";
      const size_t at = random_.below(text.size());
      const char byte = bytes[random_.below(bytes.size())];
      switch (random_.below(3)) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        default:
          text.erase(at, 1);
      }
    }
    return text;
  }

 private:
  std::string value(size_t depth) {
    static const std::string scalars[] = {"null",         "true",
                                          "false",        "0",
                                          "-0",           "12",
                                          "-1.5",         "1e5",
                                          "01",           "1.",
                                          "\"\"",         "\"a\\u00e9\\n\"",
                                          "\"\xc3\xa9\"", "\"\\ud83d\\ude00\"",
                                          "\"\\ud83d\"",  "\"\\x\""};
    // Broken ones are rare, or no long document would be right.
    const size_t kind = random_.below(depth > 8 ? 3 : 6);
    if (depth == 0 || kind > 2) return scalars[random_.below(40) == 0 ? random_.below(16) : random_.below(8)];
    std::string text = kind == 0 ? "{" : "[";
    const size_t count = depth > 8 ? 1 : random_.below(4);
    for (size_t i = 0; i < count; i++) {
      if (i > 0) text += random_.below(2) == 0 ? "," : " ,\n";
      if (kind == 0) text += "\"k\":";
      text += value(depth - 1);
    }
    return text + (kind == 0 ? "}" : "]");
  }

  Random random_;
};

}  // namespace

TEST_CASE("the events of a document, in order") {
  Trace trace;
  const JsonEnd end = read_json(
      " {\"a\" : [1, -2, 1.0, 1e2, true, false, null, \"x\\ny\"], \"b\":{}, \"b\":[], \"\":[[{}]]} ", trace);
  CHECK(end.fault == JsonFault::none);
  CHECK(trace.events == "{ k:a [ n:1 n:-2 n:? n:? true false null s:x\ny ] k:b { } k:b [ ] k: [ [ { } ] ] }");
}

TEST_CASE("numbers of any size are read, whole ones if they fit") {
  const std::pair<const char *, const char *> cases[] = {
      {"0", "n:0"},
      {"-0", "n:0"},
      {"9223372036854775807", "n:9223372036854775807"},
      {"-9223372036854775808", "n:-9223372036854775808"},
      {"9223372036854775808", "n:?"},
      {"18446744073709551615", "n:?"},
      {"18446744073709551616", "n:?"},
      {"-9223372036854775809", "n:?"},
      {"1e400", "n:?"},
      {"-1e-400", "n:?"},
      {"2.0", "n:?"},
  };
  for (const auto &[text, expected] : cases) {
    Trace trace;
    INFO(text);
    CHECK(read_json(text, trace).fault == JsonFault::none);
    CHECK(trace.events == expected);
  }
}

TEST_CASE("faults of a document are told apart") {
  const std::pair<std::string, JsonFault> cases[] = {
      {"", JsonFault::syntax},
      {" ", JsonFault::syntax},
      {"{", JsonFault::syntax},
      {"[1,]", JsonFault::syntax},
      {"{\"a\":1,}", JsonFault::syntax},
      {"{\"a\" 1}", JsonFault::syntax},
      {"{1:1}", JsonFault::syntax},
      {"[1 2]", JsonFault::syntax},
      {"[1}", JsonFault::syntax},
      {"{\"a\":1]", JsonFault::syntax},
      {"1 2", JsonFault::syntax},
      {"{}}", JsonFault::syntax},
      {"nul", JsonFault::syntax},
      {"NaN", JsonFault::syntax},
      {"'a'", JsonFault::syntax},
      {"// c\n1", JsonFault::syntax},
      {"\"a\nb\"", JsonFault::syntax},
      {"\"\\u12g4\"", JsonFault::syntax},
      {std::string("{}\0", 3), JsonFault::syntax},  // NUL is neither white space nor the end
      {std::string("{}\0{}", 5), JsonFault::syntax},
      {std::string("[\0]", 3), JsonFault::syntax},
      {"\xef\xbb\xbf{}", JsonFault::none},  // a byte order mark
      {"\xef\xbb{}", JsonFault::syntax},
      {"\"\\u0000\"", JsonFault::none},
      {"\"\\ud83d\\ude00\"", JsonFault::none},
      {"\"\\ud83d\"", JsonFault::not_utf8},
      {"\"\\ud83dx\"", JsonFault::not_utf8},
      {"\"\\ud83d\\u0041\"", JsonFault::not_utf8},
      {"\"\\ude00\"", JsonFault::not_utf8},
      {"\"\x80\"", JsonFault::not_utf8},
      {"\"\xc0\xaf\"", JsonFault::not_utf8},          // overlong
      {"\"\xed\xa0\x80\"", JsonFault::not_utf8},      // a surrogate
      {"\"\xf4\x90\x80\x80\"", JsonFault::not_utf8},  // above U+10FFFF
      {"\"\xc3\"", JsonFault::not_utf8},
      {"{\"\xff\":1}", JsonFault::not_utf8},
  };
  for (const auto &[text, fault] : cases) {
    INFO(text);
    CHECK(static_cast<int>(fault_of(text)) == static_cast<int>(fault));
  }
}

TEST_CASE("64 levels are read, 65 are not") {
  for (const auto &[open, close] : {std::pair<std::string, std::string>{"[", "]"}, {"{\"a\":", "}"}}) {
    CHECK(fault_of(nested(64, open, close)) == JsonFault::none);
    CHECK(fault_of(nested(65, open, close)) == JsonFault::too_deep);
    CHECK(fault_of(nested(1'000'000, open, "")) == JsonFault::too_deep);
  }
  // Each level remembers whether it is an object, also if it is entered a second time.
  CHECK(fault_of(nested(32, "[{\"a\":", "}]")) == JsonFault::none);
  CHECK(fault_of("[{\"a\":[1]},[{\"a\":1}],{\"b\":{}}]") == JsonFault::none);
  CHECK(fault_of("[[[1]],{\"a\":1],{}]") == JsonFault::syntax);
}

TEST_CASE("tokens up to the limit are read, longer ones are not") {
  const size_t limit = json_token_at_most;
  const std::string others = "[" + std::string(limit, ' ') + "1,\"x\"," + std::string(limit, '\n');
  for (const std::string &before : {std::string("["), others}) {
    const auto string_of = [&](size_t size) { return before + "\"" + std::string(size - 2, 'x') + "\"]"; };
    const auto escapes_of = [&](size_t size) {
      std::string text = before + "\"";
      while (text.size() < before.size() + size - 1) text += "\\\"";
      return text + "\"]";
    };
    const auto number_of = [&](size_t size) { return before + std::string(size, '1') + "]"; };
    CHECK(fault_of(string_of(limit)) == JsonFault::none);
    CHECK(fault_of(escapes_of(limit)) == JsonFault::none);
    CHECK(fault_of(number_of(limit)) == JsonFault::none);
    CHECK(fault_of(string_of(limit + 2)) == JsonFault::token_too_long);
    CHECK(fault_of(escapes_of(limit + 2)) == JsonFault::token_too_long);
    CHECK(fault_of(number_of(limit + 2)) == JsonFault::token_too_long);
    CHECK(fault_of(number_of(10 * limit)) == JsonFault::token_too_long);
  }
  CHECK(fault_of("\"" + std::string(2 * limit, 'x')) == JsonFault::token_too_long);
  CHECK(fault_of("\"" + std::string(limit, '\\')) != JsonFault::none);
}

TEST_CASE("many short tokens make a document of any length") {
  std::string text = "[";
  for (int i = 0; i < 100'000; i++) text += "\"0123456789\",";
  text.back() = ']';
  CHECK(fault_of(text) == JsonFault::none);
}

TEST_CASE("a handler stops the reading at any event") {
  const std::string text = R"({"a":[1,"x",null],"b":{}})";
  Trace whole;
  REQUIRE(read_json(text, whole).fault == JsonFault::none);
  for (size_t events = 1; events <= 10; events++) {
    Trace trace;
    trace.stop_after = events;
    CHECK(read_json(text, trace).fault == JsonFault::stopped);
    CHECK(whole.events.starts_with(trace.events));
  }
}

TEST_CASE("a handler may consume more values of a list itself") {
  const std::pair<const char *, const char *> cases[] = {
      {R"(["1","1","1",2,"1"])", "[ s:1 took:2 n:2 s:1 ]"},
      {R"(["1","1","x","1"])", "[ s:1 took:1 s:x took:1 ]"},
      {R"(["1","1",])", "[ s:1 took:1"},
      {R"(["1","1" "1"])", "[ s:1 took:1"},
      {R"(["1","1",,"1"])", "[ s:1 took:1"},
      {R"([["1","1"],"1",{},"1"])", "[ [ s:1 took:1 ] took:1 { } took:1 ]"},
      {R"({"k":["x","1"})", "{ k:k [ s:x took:1"},
      {R"({"k":"1","1":"1"})", "{ k:k s:1 k:1 s:1 }"},  // not a list
      {R"(["1","1")", "[ s:1 took:1"},
  };
  for (const auto &[text, expected] : cases) {
    INFO(text);
    Trace plain, taking;
    taking.takes_ones = true;
    const JsonEnd without = read_json(text, plain), with = read_json(text, taking);
    CHECK(taking.events == expected);
    CHECK(with.fault == without.fault);
    CHECK(with.offset == without.offset);
  }
}

TEST_CASE("without memory for the reader nothing is read") {
  Trace trace;
  const FailingMemory failing;
  CHECK(read_json("{}", trace).fault == JsonFault::out_of_memory);
}

TEST_CASE("it accepts what nlohmann's parser accepts") {
  Documents documents(7);
  int taken = 0;
  for (int i = 0; i < 3000; i++) {
    const std::string text = documents.next();
    INFO(text);
    const bool accepted = fault_of(text) == JsonFault::none;
    CHECK(accepted == nlohmann::json::accept(text));
    taken += accepted ? 1 : 0;
  }
  CHECK(taken > 1000);
  CHECK(taken < 2500);
}

}  // namespace skipcall
