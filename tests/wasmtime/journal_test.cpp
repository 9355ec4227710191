#include "journal.hpp"

#include <fstream>
#include <iterator>

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
  return {"remove_contacts", "{\"sequenceId\":\"A\"}", 0, 0x0123456789abcdef};
}

static JournalEvent an_answer(uint32_t exchange) {
  JournalEvent event;
  event.kind = JournalEvent::Kind::HttpDone;
  event.now_ms = 1700000000123;
  event.exchange = exchange;
  event.announced = 42 + exchange;
  event.answer = {200, 0, 0, "A: b\r\n", std::string("body\0\xff", 6), "not kept"};
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
    journal.append({JournalEvent::Kind::Wake, 1700000000000, 0, {}, 7});
    journal.append(an_answer(3));
    journal.append({JournalEvent::Kind::Cancel, 1700000000456, 0, {}, 9});
  }
  CHECK((fs::status(file).permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK((fs::status(file.parent_path()).permissions() & fs::perms::mask) == fs::perms::owner_all);

  Journal journal = Journal::open(file);
  CHECK(journal.run().action == "remove_contacts");
  CHECK(journal.run().input == a_run().input);
  CHECK(journal.run().seed == a_run().seed);
  CHECK(journal.base_url() == "https://api.example.com");
  CHECK(journal.note() == "a note");
  CHECK(journal.input_sha256() == sha256(a_run().input));
  CHECK(journal.discarded_bytes() == 0);
  REQUIRE(journal.events().size() == 3);
  CHECK(journal.events()[0].kind == JournalEvent::Kind::Wake);
  CHECK(journal.events()[0].announced == 7);
  const JournalEvent &answer = journal.events()[1];
  CHECK(answer.exchange == 3);
  CHECK(answer.now_ms == 1700000000123);
  CHECK(answer.answer.status == 200);
  CHECK(answer.answer.headers == "A: b\r\n");
  CHECK(answer.answer.body == std::string("body\0\xff", 6));
  CHECK(journal.events()[2].kind == JournalEvent::Kind::Cancel);
  journal.remove();
  CHECK_FALSE(fs::exists(file));
}

TEST_CASE("the key is nowhere in a journal") {
  TemporaryDirectory place;
  Journal journal = Journal::create(place.path() / "j", a_run(), module_sha256, to());
  journal.append(an_answer(1));
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
  CHECK(fault_of([&] { journal.check_binding(std::string(64, 'b'), to()); }).fault() == Fault::Journal);
  CHECK(fault_of([&] { journal.check_binding(module_sha256, to("https://api.example.org")); }).fault() ==
        Fault::Journal);
  HostError error =
      fault_of([&] { journal.check_binding(module_sha256, to("https://api.example.com", key + "x")); });
  CHECK_THAT(error.what(),
             Catch::Matchers::ContainsSubstring("another key") && !Catch::Matchers::ContainsSubstring(key));
}

TEST_CASE("a journal in use is locked, an existing one is not overwritten") {
  TemporaryDirectory place;
  fs::path file = place.path() / "j";
  {
    Journal journal = Journal::create(file, a_run(), module_sha256, to());
    CHECK_THAT(fault_of([&] { Journal::open(file); }).what(),
               Catch::Matchers::ContainsSubstring("another run is using it"));
    CHECK(fault_of([&] { Journal::create(file, a_run(), module_sha256, to()); }).fault() == Fault::Journal);
  }
  CHECK_NOTHROW(Journal::open(file));
}

TEST_CASE("a torn or damaged record ends the journal, and the next one follows the last good one") {
  TemporaryDirectory place;
  fs::path file = place.path() / "j";
  size_t two = 0;
  {
    Journal journal = Journal::create(file, a_run(), module_sha256, to());
    journal.append(an_answer(1));
    journal.append(an_answer(2));
    two = fs::file_size(file);
    journal.append(an_answer(3));
  }
  std::string whole = bytes_of(file);
  auto write = [&](const std::string &bytes) {
    fs::remove(file);
    std::ofstream(file, std::ios::binary) << bytes;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  };
  SECTION("damaged or cut off before the first event") {
    std::string damaged = whole;
    const size_t input = whole.find(a_run().input);
    damaged[input] ^= 1;
    write(damaged);
    CHECK_THAT(fault_of([&] { Journal::open(file); }).what(),
               Catch::Matchers::ContainsSubstring("it is damaged"));
    write(whole.substr(0, input));
    CHECK_THAT(fault_of([&] { Journal::open(file); }).what(),
               Catch::Matchers::ContainsSubstring("nothing was sent"));
  }
  SECTION("cut off anywhere in the last record") {
    for (size_t length = two; length < whole.size(); ++length) {
      write(whole.substr(0, length));
      Journal journal = Journal::open(file);
      REQUIRE(journal.events().size() == 2);
      REQUIRE(journal.discarded_bytes() == length - two);
    }
    {
      Journal::open(file).append(an_answer(4));
    }
    CHECK(Journal::open(file).events().size() == 3);
    CHECK(Journal::open(file).events()[2].exchange == 4);
  }
  SECTION("a byte turned, or a tail of zeros as after a power cut") {
    std::string turned = whole;
    turned[two + 20] ^= 1;
    write(turned);
    CHECK(Journal::open(file).events().size() == 2);
    write(whole.substr(0, two) + std::string(4096, '\0'));
    CHECK(Journal::open(file).events().size() == 2);
  }
  SECTION("cut off before the run began") {
    write(whole.substr(0, 60));
    CHECK_THAT(fault_of([&] { Journal::open(file); }).what(),
               Catch::Matchers::ContainsSubstring("nothing was sent"));
  }
}

TEST_CASE("what is no journal of the user's own is refused") {
  TemporaryDirectory place;
  fs::path file = place.path() / "j";
  CHECK(fault_of([&] { Journal::open(file); }).fault() == Fault::Journal);
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
  SECTION("another file") {
    std::ofstream(file) << "{\"sequenceId\":\"A\"}";
  }
  Fault fault = fault_of([&] { Journal::open(file); }).fault();
  CHECK((fault == Fault::Journal || fault == Fault::Unreadable));
}
