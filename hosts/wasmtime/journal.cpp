#include "journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "error.hpp"

namespace skipcall::host {
namespace {

constexpr std::string_view magic = "SKIPJRN1";

[[noreturn]] void refuse(const std::filesystem::path &path, const std::string &why) {
  throw HostError(Fault::Journal, "journal " + path.string() + ": " + why);
}

[[noreturn]] void cannot(const std::filesystem::path &path, const char *what) {
  throw HostError(Fault::Unreadable,
                  std::string("cannot ") + what + " journal " + path.string() + ": " + std::strerror(errno));
}

std::span<const uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

class Writer {
 public:
  Writer &number(uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) text_ += static_cast<char>(value >> (8 * i));
    return *this;
  }
  Writer &text(std::string_view value) {
    number(value.size(), 4);
    text_ += value;
    return *this;
  }
  Writer &raw(std::span<const uint8_t> value) {
    text_.append(value.begin(), value.end());
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Reads what Writer wrote. A read beyond the end gives zeros and makes ok() false.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  bool empty() const { return rest_.empty(); }

  std::span<const uint8_t> raw(size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      return {};
    }
    auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  uint64_t number(size_t bytes) {
    uint64_t value = 0;
    size_t shift = 0;
    for (uint8_t byte : raw(bytes)) {
      value |= uint64_t{byte} << shift;
      shift += 8;
    }
    return value;
  }
  uint32_t number32() { return static_cast<uint32_t>(number(4)); }
  std::string text() {
    auto bytes = raw(number32());
    return {bytes.begin(), bytes.end()};
  }
  template <size_t Size>
  void array(std::array<uint8_t, Size> &into) {
    auto bytes = raw(Size);
    if (ok_) std::copy(bytes.begin(), bytes.end(), into.begin());
  }

 private:
  std::span<const uint8_t> rest_;
  bool ok_ = true;
};

uint32_t checksum(std::span<const uint8_t> bytes) {
  Sha256 digest = sha256(bytes);
  return Reader(digest).number32();
}

// A record's bytes, or none: it is cut off or damaged.
std::optional<std::span<const uint8_t>> next_record(Reader &in) {
  uint32_t length = in.number32();
  uint32_t expected = in.number32();
  auto bytes = in.raw(length);
  if (!in.ok() || checksum(bytes) != expected) return std::nullopt;
  return bytes;
}

std::string encode(const JournalEvent &event) {
  Writer out;
  out.number(static_cast<uint8_t>(event.kind), 1).number(event.now_ms, 8).number(event.exchange, 4);
  out.number(event.announced, 8);
  if (event.kind == JournalEvent::Kind::HttpDone) {
    const HttpAnswer &answer = event.answer;
    out.number(answer.status, 4).number(answer.error, 4).number(answer.flags, 4);
    out.text(answer.headers).text(answer.body);
  }
  return out.take();
}

bool decode(std::span<const uint8_t> record, JournalEvent &event) {
  Reader in(record);
  uint64_t kind = in.number(1);
  if (kind < 1 || kind > static_cast<uint8_t>(JournalEvent::Kind::Cancel)) return false;
  event.kind = static_cast<JournalEvent::Kind>(kind);
  event.now_ms = in.number(8);
  event.exchange = in.number32();
  event.announced = in.number(8);
  if (event.kind == JournalEvent::Kind::HttpDone) {
    event.answer.status = in.number32();
    event.answer.error = in.number32();
    event.answer.flags = in.number32();
    event.answer.headers = in.text();
    event.answer.body = in.text();
  }
  return in.ok() && in.empty();
}

void lock(int file, const std::filesystem::path &path) {
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) refuse(path, "another run is using it");
}

}  // namespace

Journal Journal::create(const std::filesystem::path &path, const RunRequest &run,
                        const std::string &module_sha256, const Connection &connection,
                        const std::string &note) {
  if (path.has_parent_path() && !std::filesystem::exists(path.parent_path())) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path().parent_path(), error);
    std::filesystem::create_directory(path.parent_path(), error);
    std::filesystem::permissions(path.parent_path(), std::filesystem::perms::owner_all, error);
  }
  Journal journal;
  journal.path_ = path;
  journal.run_ = run;
  journal.module_sha256_ = module_sha256;
  journal.base_url_ = connection.base_url();
  journal.connection_name_ = connection.name();
  journal.note_ = note;
  journal.salt_ = random_salt();
  journal.key_fingerprint_ = skipcall::host::key_fingerprint(connection.key().reveal(), journal.salt_);
  journal.input_sha256_ = sha256(run.input);

  journal.file_ = FileDescriptor(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_APPEND, 0600));
  if (!journal.file_) {
    if (errno == EEXIST) refuse(path, "it exists already; resume it or delete it");
    cannot(path, "create");
  }
  lock(journal.file_.get(), path);
  try {
    if (!write_all(journal.file_.get(), as_bytes(magic))) cannot(path, "write");
    Writer binding;
    binding.text(module_sha256).text(journal.connection_name_).text(journal.base_url_);
    binding.raw(journal.salt_).raw(journal.key_fingerprint_).raw(journal.input_sha256_);
    binding.text(run.action).number(run.flags, 4).number(run.seed, 8).text(note);
    journal.write_record(binding.take());
    journal.write_record(run.input);
    if (::fsync(journal.file_.get()) != 0) cannot(path, "write");
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
  return journal;
}

Journal Journal::open(const std::filesystem::path &path) {
  Journal journal;
  journal.path_ = path;
  journal.file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_APPEND));
  if (!journal.file_) refuse(path, std::string("it cannot be opened: ") + std::strerror(errno));
  if (!is_private_file(journal.file_.get()))
    refuse(path, "it is not a file of yours that nobody else can read (mode 0600), as journals are");
  lock(journal.file_.get(), path);
  auto bytes = read_all(journal.file_.get());
  if (!bytes) cannot(path, "read");

  Reader in(*bytes);
  auto begin = in.raw(magic.size());
  if (!in.ok() || !std::equal(begin.begin(), begin.end(), magic.begin())) refuse(path, "it is not a journal");
  auto binding = next_record(in);
  auto input = binding ? next_record(in) : std::nullopt;
  if (!input && in.ok()) refuse(path, "it is damaged");
  if (!input) refuse(path, "it ends before the run began; nothing was sent, so start anew");
  Reader head(*binding);
  journal.module_sha256_ = head.text();
  journal.connection_name_ = head.text();
  journal.base_url_ = head.text();
  head.array(journal.salt_);
  head.array(journal.key_fingerprint_);
  head.array(journal.input_sha256_);
  journal.run_.action = head.text();
  journal.run_.flags = head.number32();
  journal.run_.seed = head.number(8);
  journal.note_ = head.text();
  journal.run_.input.assign(input->begin(), input->end());
  if (!head.ok() || sha256(journal.run_.input) != journal.input_sha256_) refuse(path, "it is damaged");

  size_t good = magic.size() + 8 + binding->size() + 8 + input->size();
  while (auto record = next_record(in)) {
    JournalEvent event;
    if (!decode(*record, event)) break;
    journal.events_.push_back(std::move(event));
    good += 8 + record->size();
  }
  journal.discarded_ = bytes->size() - good;
  if (journal.discarded_ > 0 && ::ftruncate(journal.file_.get(), static_cast<off_t>(good)) != 0)
    cannot(path, "repair");
  return journal;
}

void Journal::check_binding(const std::string &module_sha256, const Connection &connection) const {
  if (module_sha256 != module_sha256_) refuse(path_, "the run began with another module file");
  if (connection.name() != connection_name_ || connection.base_url() != base_url_) {
    refuse(path_, "the run began with another server: " + base_url_);
  }
  if (skipcall::host::key_fingerprint(connection.key().reveal(), salt_) != key_fingerprint_) {
    refuse(path_, "the run began with another key");
  }
}

void Journal::append(const JournalEvent &event) {
  write_record(encode(event));
}

// One write call, so that a killed process leaves a whole record or, on a full disk, a torn last one.
void Journal::write_record(const std::string &bytes) {
  Writer record;
  record.number(bytes.size(), 4).number(checksum(as_bytes(bytes)), 4).raw(as_bytes(bytes));
  if (!write_all(file_.get(), as_bytes(record.take()))) cannot(path_, "write");
}

void Journal::remove() {
  ::unlink(path_.c_str());
}

}  // namespace skipcall::host
