#include "journal.hpp"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "expect_fault.hpp"
#include "temporary_directory.hpp"

using namespace skipcall::host;
namespace fs = std::filesystem;

static const std::string key = "sk_test_0123456789abcdef";
static const std::string module_sha256 = std::string(64, 'a');

static Connection to(const std::string &base = "https://api.example.com", const std::string &with = key) {
  return Connection("test", base, SecretString(with));
}

static RunRequest a_run() {
  return {"remove_contacts", "{\"sequenceId\":\"A\"}", 0, 0xf123456789abcdef};
}

static JournalEvent a_response(uint32_t exchange) {
  JournalEvent event;
  event.kind = JournalEvent::Kind::http_done;
  event.now_ms = 1700000000123;
  event.exchange = exchange;
  event.announced = 42 + exchange;
  event.response = {200, 0, 0, "A: b\r\n", std::string("body\0\xff", 6), "not kept"};
  return event;
}

static std::string bytes_of(const fs::path &file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_CASE("a journal is read back as it was written") {
  TemporaryDirectory place;
  fs::path file = place.path() / "state" / "run.journal";
  {
    Journal journal = Journal::create(file, a_run(), module_sha256, to(), "a note");
    journal.append({JournalEvent::Kind::wake, 1700000000000, 0, {}, 7});
    journal.append(a_response(3));
    journal.append({JournalEvent::Kind::cancel, 1700000000456, 0, {}, 9});
  }
  CHECK((fs::status(file).permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK((fs::status(file.parent_path()).permissions() & fs::perms::mask) == fs::perms::owner_all);

  Journal journal = Journal::open(file);
  CHECK(journal.run().action == "remove_contacts");
  CHECK(journal.run().input == a_run().input);
  CHECK(journal.run().seed == a_run().seed);
  CHECK(journal.note() == "a note");
  CHECK(journal.is_whole());
  REQUIRE(journal.events().size() == 3);
  CHECK(journal.events()[0].kind == JournalEvent::Kind::wake);
  CHECK(journal.events()[0].announced == 7);
  const JournalEvent &response = journal.events()[1];
  CHECK(response.exchange == 3);
  CHECK(response.now_ms == 1700000000123);
  CHECK(response.response.status == 200);
  CHECK(response.response.headers == "A: b\r\n");
  CHECK(response.response.body == std::string("body\0\xff", 6));
  CHECK(journal.events()[2].kind == JournalEvent::Kind::cancel);
  journal.remove();
  CHECK_FALSE(fs::exists(file));
}

TEST_CASE("the key is nowhere in a journal") {
  TemporaryDirectory place;
  Journal journal = Journal::create(place.path() / "j", a_run(), module_sha256, to());
  journal.append(a_response(1));
  std::string bytes = bytes_of(place.path() / "j");
  CHECK(bytes.find(key) == std::string::npos);
  CHECK(bytes.find(key.substr(8)) == std::string::npos);
}

TEST_CASE("a journal is bound to module, server and key") {
  TemporaryDirectory place;
  {
    Journal::create(place.path() / "j", a_run(), module_sha256, to());
  }
  Journal journal = Journal::open(place.path() / "j");
  CHECK_NOTHROW(journal.check_binding(module_sha256, to("https://api.example.com/")));
  CHECK(fault_of([&] { journal.check_binding(std::string(64, 'b'), to()); }).fault() == Fault::journal);
  CHECK(fault_of([&] { journal.check_binding(module_sha256, to("https://api.example.org")); }).fault() ==
        Fault::journal);
  HostError error =
      fault_of([&] { journal.check_binding(module_sha256, to("https://api.example.com", key + "x")); });
  CHECK_THAT(error.what(),
             Catch::Matchers::ContainsSubstring("another key") && !Catch::Matchers::ContainsSubstring(key));
}

// Two connections, the first with two fields.
static Connections several(const std::string &user, const std::string &token, const std::string &with = key) {
  FieldValues values;
  if (!user.empty()) values.emplace("user", SecretString(user));
  values.emplace("token", SecretString(token));
  const DeclaredConnection crm{"crm", "", {{"user", "", "", false}}, {{"X-Token", "{token}"}}};
  std::vector<Connection> all;
  all.push_back(to("https://api.example.com", with));
  all.emplace_back(crm, "https://crm.example.com", std::move(values));
  return Connections(std::move(all));
}

TEST_CASE("a journal is bound to every field of every connection") {
  const TemporaryDirectory place;
  {
    Journal::create(place.path() / "j", a_run(), module_sha256, several("me", "tok_12345678"));
  }
  const Journal journal = Journal::open(place.path() / "j");
  CHECK_NOTHROW(journal.check_binding(module_sha256, several("me", "tok_12345678")));
  for (const auto &[user, token, with] :
       {std::tuple("you", "tok_12345678", key), std::tuple("", "tok_12345678", key),
        std::tuple("me", "tok_12345679", key), std::tuple("me", "tok_12345678", key + "x")}) {
    CAPTURE(user, token, with);
    const HostError error =
        fault_of([&] { journal.check_binding(module_sha256, several(user, token, with)); });
    CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("another key"));
  }
  CHECK_THAT(fault_of([&] { journal.check_binding(module_sha256, to()); }).what(),
             Catch::Matchers::ContainsSubstring("another server"));

  const std::string bytes = bytes_of(place.path() / "j");
  const JournalHead head = read_journal(bytes).head;
  CHECK(head.connections == std::map<std::string, std::string>{{"crm", "https://crm.example.com"},
                                                               {"test", "https://api.example.com"}});
  CHECK(head.key->digest == key_fingerprint("me\ntok_12345678\n" + key, head.key->salt));
}

TEST_CASE("the key's fingerprint is the same as in all hosts") {
  const auto sample = nlohmann::json::parse(bytes_of(SKIPCALL_SOURCE_DIR "/tests/vectors/journal_key.json"));
  std::vector<Connection> all;
  for (const auto &item : sample["connections"]) {
    DeclaredConnection declared{item["id"], "", {}, {}};
    for (const std::string name : item["fields"]) {
      declared.fields.push_back({name, "", "", false});
      declared.headers.emplace_back("X-" + name, "{" + name + "}");
    }
    FieldValues values;
    for (const auto &[name, value] : item["values"].items())
      values.emplace(name, SecretString(value.get<std::string>()));
    all.emplace_back(declared, "https://" + declared.name + ".example.com", std::move(values));
  }
  std::vector<uint8_t> salt;
  for (size_t i = 0; i < 16; ++i) {
    salt.push_back(
        static_cast<uint8_t>(std::stoul(sample["salt"].get<std::string>().substr(2 * i, 2), nullptr, 16)));
  }
  const std::string made = to_hex(key_fingerprint(Connections(std::move(all)).all_values().reveal(), salt));
  CHECK(made == sample["fingerprint"].get<std::string>());
}

TEST_CASE("two connections with the same name are refused") {
  std::vector<Connection> all;
  all.push_back(to());
  all.push_back(to("https://other.example.com"));
  CHECK(fault_of([&] { Connections(std::move(all)); }).fault() == Fault::connection);
}

TEST_CASE("a journal in use is locked, an existing one is not overwritten") {
  TemporaryDirectory place;
  fs::path file = place.path() / "j";
  {
    Journal journal = Journal::create(file, a_run(), module_sha256, to());
    CHECK_THAT(fault_of([&] { Journal::open(file); }).what(),
               Catch::Matchers::ContainsSubstring("another run is using it"));
    CHECK(fault_of([&] { Journal::create(file, a_run(), module_sha256, to()); }).fault() == Fault::journal);
  }
  CHECK_NOTHROW(Journal::open(file));
}

static void write(const fs::path &file, const std::string &bytes) {
  fs::remove(file);
  std::ofstream(file, std::ios::binary) << bytes;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

TEST_CASE("the bytes of a journal are those of abi/JOURNAL.md") {
  TemporaryDirectory place;
  {
    Journal journal = Journal::create(place.path() / "j", a_run(), module_sha256, to());
    journal.append({JournalEvent::Kind::wake, 1700000000000, 0, {}, 7});
    journal.append(a_response(3));
    journal.append({JournalEvent::Kind::http_lost, 1700000000456, 4, {}, 0xabcdef01});
  }
  std::string bytes = bytes_of(place.path() / "j");
  const size_t key_at = bytes.find("\"key\":");
  CHECK(bytes.substr(0, key_at) ==
        "{\"journal\":1,\"module\":\"" + module_sha256 +
            "\",\"action\":\"remove_contacts\",\"input\":\"{\\\"sequenceId\\\":\\\"A\\\"}\",\"flags\":0,"
            "\"seed\":\"17375808098319191535\",\"connections\":{\"test\":\"https://api.example.com\"},");
  std::vector<std::string> lines;
  for (size_t at = bytes.find('\n') + 1; at < bytes.size(); at = bytes.find('\n', at) + 1) {
    lines.push_back(bytes.substr(at, bytes.find(",\"sum\":\"", at) - at));
  }
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == R"({"event":"wake","now":1700000000000,"announced":"00000007")");
  CHECK(lines[1] ==
        R"({"event":"response","now":1700000000123,"exchange":3,"status":200,"error":0,"flags":0,)"
        R"("headers":[["A","b"]],"body":{"base64":"Ym9keQD/"},"announced":"0000002d")");
  CHECK(lines[2] == R"({"event":"lost","now":1700000000456,"exchange":4,"announced":"abcdef01")");
  CHECK(lines[3] == R"({"end":true)");
}

// A journal that was cut off or damaged is refused, or read up to the damage, and is reported as not whole.
static void check_damaged(const fs::path &file, const std::string &bytes, const std::string &whole) {
  write(file, bytes);
  std::optional<Journal> journal;
  try {
    journal = Journal::open(file);
  } catch (const HostError &error) {
    CHECK(error.fault() == Fault::journal);
    return;
  }
  CHECK_FALSE(journal->is_whole());
  CHECK(journal->run().input == a_run().input);
  REQUIRE(journal->events().size() <= 3);
  for (size_t i = 0; i < journal->events().size(); ++i) CHECK(journal->events()[i].exchange == i + 1);
  // Later lines follow the last good one, and until the end is written the journal is not treated as whole.
  CHECK(bytes_of(file) == bytes);
  const size_t events = journal->events().size();
  journal->append({JournalEvent::Kind::gap, 1700000000999});
  journal.reset();
  const Journal again = Journal::open(file);
  CHECK(again.is_whole());
  REQUIRE(again.events().size() == events + 1);
  CHECK(again.events().back().kind == JournalEvent::Kind::gap);
  CHECK(bytes_of(file).substr(0, whole.find('\n')) == whole.substr(0, whole.find('\n')));
}

TEST_CASE("a journal that is cut off or damaged at any byte is refused, or not treated as whole") {
  TemporaryDirectory place;
  const fs::path file = place.path() / "j";
  {
    Journal journal = Journal::create(file, a_run(), module_sha256, to());
    for (uint32_t exchange = 1; exchange <= 3; ++exchange) journal.append(a_response(exchange));
  }
  const std::string whole = bytes_of(file);
  for (size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    check_damaged(file, whole.substr(0, at), whole);
    std::string turned = whole;
    turned[at] = static_cast<char>(turned[at] ^ (1 << at % 8));
    check_damaged(file, turned, whole);
  }
  check_damaged(file, whole + std::string(4096, '\0'), whole);
  check_damaged(file, whole + whole, whole);
  // A line that is missing, or appears twice.
  std::vector<std::string> lines;
  for (size_t at = 0; at < whole.size(); at = whole.find('\n', at) + 1) {
    lines.push_back(whole.substr(at, whole.find('\n', at) + 1 - at));
  }
  REQUIRE(lines.size() == 5);
  check_damaged(file, lines[0] + lines[2] + lines[3] + lines[4], whole);
  check_damaged(file, lines[0] + lines[1] + lines[1] + lines[2] + lines[3] + lines[4], whole);
}

TEST_CASE("lines that are not this host's are skipped") {
  TemporaryDirectory place;
  LineSums sums;
  JournalHead head{module_sha256, a_run(), {{"test", "https://api.example.com"}}, std::nullopt, {}};
  std::string text = sums.close(write_head(head));
  text += sums.close(write_event(a_response(1)));
  text += sums.close(R"({"expect":{"state":"done"}})");
  text += sums.close(R"({"result":{}})");
  text += sums.close(R"({"event":"cancel","now":1700000000456,"unknown":[]})");
  text += sums.close_last(write_end());
  write(place.path() / "j", text);
  const Journal journal = Journal::open(place.path() / "j");
  CHECK(journal.is_whole());
  CHECK(journal.events().size() == 2);
  CHECK_NOTHROW(journal.check_binding(module_sha256, to()));
}

TEST_CASE("a journal of another version, and a file that is not a journal, are refused by name") {
  TemporaryDirectory place;
  struct Case {
    std::string bytes, text;
  };
  auto [bytes, text] = GENERATE(values<Case>({
      {std::string("SKIPJRN1\x5c\0\0\0", 12), "written by an older version"},
      {R"({"journal":2,"module":"a"})"
       "\n",
       "it is of format 2"},
      {"{\"sequenceId\":\"A\"}\n", "it is not a journal"},
      {"contactId\n", "it is not a journal"},
      {"", "cut off in its first line"},
      {R"({"journal":1,"action":"remove_con)", "cut off in its first line"},
      {R"({"journal":1,"action":"a","input":"{}","flags":-1,"seed":"1"})"
       "\n",
       "damaged in its first line"},
      {R"({"journal":1,"action":"a","input":"{}","flags":0,"seed":"1"})"
       "\n",
       "no checksum"},
  }));
  write(place.path() / "j", bytes);
  const HostError error = fault_of([&] { Journal::open(place.path() / "j"); });
  CHECK(error.fault() == Fault::journal);
  CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring(text));
}

TEST_CASE("a file that is not the user's own journal is refused") {
  TemporaryDirectory place;
  fs::path file = place.path() / "j";
  CHECK(fault_of([&] { Journal::open(file); }).fault() == Fault::journal);
  {
    Journal::create(file, a_run(), module_sha256, to());
  }
  SECTION("others can read it") {
    fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  }
  SECTION("a link") {
    fs::rename(file, place.path() / "k");
    fs::create_symlink(place.path() / "k", file);
  }
  Fault fault = fault_of([&] { Journal::open(file); }).fault();
  CHECK((fault == Fault::journal || fault == Fault::unreadable));
}
