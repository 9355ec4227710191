#include "journal_line.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "error.hpp"

namespace skipcall::host {
namespace {

using Json = nlohmann::ordered_json;
using Kind = JournalEvent::Kind;

constexpr int format = 1;
constexpr std::string_view older_magic = "SKIPJRN1";
constexpr std::string_view start_anew = "; send the input or the remaining file again";

[[noreturn]] void refuse(std::string_view why, std::string_view what_next = start_anew) {
  throw HostError(Fault::journal, std::string(why).append(what_next));
}

std::string hex32(uint32_t value) {
  const std::array<uint8_t, 4> bytes = {static_cast<uint8_t>(value >> 24), static_cast<uint8_t>(value >> 16),
                                        static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
  return to_hex(bytes);
}

// Throws std::invalid_argument: no such number.
template <typename Number>
Number number_of(std::string_view text, int base) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) throw std::invalid_argument("no number");
  return value;
}

template <size_t Size>
std::array<uint8_t, Size> bytes_of_hex(std::string_view text) {
  std::array<uint8_t, Size> bytes{};
  if (text.size() != 2 * Size) throw std::invalid_argument("another length");
  for (size_t i = 0; i < Size; ++i) bytes[i] = number_of<uint8_t>(text.substr(2 * i, 2), 16);
  return bytes;
}

bool is_utf8(const std::string &bytes) {
  try {
    static_cast<void>(Json(bytes).dump());
    return true;
  } catch (const Json::exception &) {
    return false;
  }
}

// A string where the bytes are UTF-8, otherwise {"base64": …}.
Json json_of(const std::string &bytes) {
  if (is_utf8(bytes)) return bytes;
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char *>(text.data()),
                      reinterpret_cast<const unsigned char *>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return Json{{"base64", text}};
}

std::string bytes_of(const Json &json) {
  if (json.is_string()) return json.get<std::string>();
  const auto &text = json.at("base64").get_ref<const std::string &>();
  std::string bytes(3 * (text.size() / 4), '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char *>(bytes.data()),
                      reinterpret_cast<const unsigned char *>(text.data()), static_cast<int>(text.size()));
  if (length < 0) throw std::invalid_argument("no base64");
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<size_t>(length) - padding);
  return bytes;
}

// A header block as pairs; each line of a block is "name: value" CRLF.
Json pairs_of(std::string_view block) {
  Json pairs = Json::array();
  while (!block.empty()) {
    const std::string_view line = block.substr(0, block.find("\r\n"));
    block.remove_prefix(std::min(block.size(), line.size() + 2));
    const size_t colon = std::min(line.find(':'), line.size());
    std::string_view value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    pairs.push_back({json_of(std::string(line.substr(0, colon))), json_of(std::string(value))});
  }
  return pairs;
}

std::string block_of(const Json &pairs) {
  std::string block;
  for (const Json &pair : pairs) block += bytes_of(pair.at(0)) + ": " + bytes_of(pair.at(1)) + "\r\n";
  return block;
}

template <typename Number>
Number unsigned_of(const Json &object, const char *name) {
  const Json &number = object.at(name);
  if (!number.is_number_unsigned() || number.get<uint64_t>() > std::numeric_limits<Number>::max()) {
    throw std::invalid_argument("no such number");
  }
  return number.get<Number>();
}

JournalHead head_of(const Json &line) {
  JournalHead head;
  head.module_sha256 = line.value("module", "");
  head.run.action = line.at("action").get<std::string>();
  head.run.input = bytes_of(line.at("input"));
  head.run.flags = unsigned_of<uint32_t>(line, "flags");
  head.run.seed = number_of<uint64_t>(line.at("seed").get_ref<const std::string &>(), 10);
  if (const auto connections = line.find("connections"); connections != line.end()) {
    head.connections = connections->get<std::map<std::string, std::string>>();
  }
  if (const auto key = line.find("key"); key != line.end()) {
    head.key = {bytes_of_hex<16>(key->at("salt").get_ref<const std::string &>()),
                bytes_of_hex<32>(key->at("fingerprint").get_ref<const std::string &>())};
  }
  head.note = line.value("note", "");
  return head;
}

JournalEvent event_of(const Json &line) {
  const auto &name = line.at("event").get_ref<const std::string &>();
  JournalEvent event;
  event.now_ms = unsigned_of<uint64_t>(line, "now");
  if (const auto announced = line.find("announced"); announced != line.end()) {
    event.announced = number_of<uint32_t>(announced->get_ref<const std::string &>(), 16);
  }
  if (name == "wake") return event;
  if (name == "cancel" || name == "gap") {
    event.kind = name == "gap" ? Kind::gap : Kind::cancel;
    return event;
  }
  event.exchange = unsigned_of<uint32_t>(line, "exchange");
  event.kind = Kind::http_lost;
  if (name == "lost") return event;
  if (name != "response") throw std::invalid_argument("no event of this format");
  event.kind = Kind::http_done;
  event.response.status = unsigned_of<uint32_t>(line, "status");
  event.response.error = unsigned_of<uint32_t>(line, "error");
  event.response.flags = unsigned_of<uint32_t>(line, "flags");
  event.response.headers = block_of(line.at("headers"));
  event.response.body = bytes_of(line.at("body"));
  return event;
}

const char *name_of(Kind kind) {
  constexpr const char *names[] = {"", "wake", "response", "lost", "cancel", "gap"};
  return names[static_cast<uint8_t>(kind)];
}

// The sum of a closed line is its last member: ,"sum":"01234567"}
constexpr std::string_view sum_begin = ",\"sum\":\"";
constexpr size_t sum_size = sum_begin.size() + 8 + 2;

bool has_sum(std::string_view line) {
  return line.size() > sum_size && line.substr(line.size() - sum_size, sum_begin.size()) == sum_begin;
}

// Throws Journal.
JournalHead read_head(std::string_view line, bool is_cut) {
  constexpr std::string_view begin = "{\"journal\":";
  if (!line.starts_with(begin.substr(0, line.size()))) refuse("it is not a journal", "");
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_object() && json.at("journal") != format) {
    refuse("it is of format " + json["journal"].dump() + ", written by another version, and this one reads " +
               std::to_string(format) + "; resume it with that version",
           ", or send the input or the remaining file again");
  }
  if (is_cut) refuse("it is cut off in its first line, so it cannot be resumed");
  LineSums sums;
  if (!json.is_object() || (has_sum(line) && !sums.take(line))) refuse("it is damaged in its first line");
  try {
    return head_of(json);
  } catch (const std::exception &) {
    refuse("it is damaged in its first line");
  }
}

}  // namespace

std::string LineSums::sum_of(std::string_view text) const {
  const auto bytes = [](std::string_view of) { return reinterpret_cast<const Bytef *>(of.data()); };
  const uLong before = crc32_z(crc32_z(0, nullptr, 0), bytes(last_), last_.size());
  return hex32(static_cast<uint32_t>(crc32_z(before, bytes(text), text.size())));
}

std::string LineSums::close_last(std::string object) const {
  object.pop_back();
  const std::string sum = sum_of(object);
  return object.append(sum_begin).append(sum).append("\"}\n");
}

std::string LineSums::close(std::string object) {
  std::string line = close_last(std::move(object));
  last_ = line.substr(line.size() - 11, 8);
  return line;
}

bool LineSums::is_last(std::string_view line) const {
  return has_sum(line) && line.ends_with("\"}") &&
         line.substr(line.size() - 10, 8) == sum_of(line.substr(0, line.size() - sum_size));
}

bool LineSums::take(std::string_view line) {
  if (!is_last(line)) return false;
  last_ = line.substr(line.size() - 10, 8);
  return true;
}

std::string write_head(const JournalHead &head) {
  Json line{{"journal", format}};
  if (!head.module_sha256.empty()) line["module"] = head.module_sha256;
  line["action"] = head.run.action;
  line["input"] = json_of(head.run.input);
  line["flags"] = head.run.flags;
  line["seed"] = std::to_string(head.run.seed);
  if (!head.connections.empty()) line["connections"] = head.connections;
  if (head.key) line["key"] = {{"salt", to_hex(head.key->salt)}, {"fingerprint", to_hex(head.key->digest)}};
  if (!head.note.empty()) line["note"] = head.note;
  return line.dump();
}

std::string write_event(const JournalEvent &event) {
  Json line{{"event", name_of(event.kind)}, {"now", event.now_ms}};
  if (event.kind == Kind::http_done || event.kind == Kind::http_lost) line["exchange"] = event.exchange;
  if (event.kind == Kind::http_done) {
    line["status"] = event.response.status;
    line["error"] = event.response.error;
    line["flags"] = event.response.flags;
    line["headers"] = pairs_of(event.response.headers);
    line["body"] = json_of(event.response.body);
  }
  if (event.announced) line["announced"] = hex32(*event.announced);
  return line.dump();
}

std::string write_end() {
  return R"({"end":true})";
}

JournalText read_journal(std::string_view bytes) {
  if (bytes.starts_with(older_magic.substr(0, bytes.size())) && !bytes.empty()) {
    refuse("it was written by an older version and cannot be resumed");
  }
  JournalText journal;
  const size_t first = std::min(bytes.find('\n'), bytes.size());
  journal.head = read_head(bytes.substr(0, first), first == bytes.size());
  journal.has_sums = journal.sums.take(bytes.substr(0, first));
  journal.good_bytes = first + 1;
  for (size_t at = first + 1, end = 0; (end = bytes.find('\n', at)) != bytes.npos; at = end + 1) {
    const std::string_view line = bytes.substr(at, end - at);
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) break;
    if (json.contains("end")) {
      // It says nothing about the journal if other lines follow it.
      journal.is_whole = journal.has_sums && journal.sums.is_last(line) && end + 1 == bytes.size();
      continue;
    }
    if (journal.has_sums && !journal.sums.take(line)) break;
    try {
      if (json.contains("event")) journal.events.push_back(event_of(json));
    } catch (const std::exception &) {
      break;
    }
    journal.good_bytes = end + 1;
  }
  return journal;
}

}  // namespace skipcall::host
