#include "redaction.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <regex>
#include <string_view>

#include "failure.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

bool is_word(std::string_view text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalpha(c) != 0 || c == '_' || c == '-' || c == ' ';
         });
}

// Members whose values are words of the action or the API.
bool tells_what_to_do(std::string_view member) {
  constexpr std::array<std::string_view, 3> names = {"onInvalid", "code", "error"};
  return std::find(names.begin(), names.end(), member) != names.end();
}

// Headers that pace a run, or that say how to read the body.
bool is_kept_header(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::array<std::string_view, 4> names = {"date", "retry-after", "content-type", "content-length"};
  return std::find(names.begin(), names.end(), name) != names.end() || name.starts_with("x-ratelimit-") ||
         name.starts_with("ratelimit");
}

// The characters from which one kind of character is made up. The first represents the kind in a shape.
std::string_view kind_of(unsigned char c) {
  if (std::islower(c) != 0) return "abcdefghijklmnopqrstuvwxyz";
  if (std::isupper(c) != 0) return "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (std::isdigit(c) != 0) return "0123456789";
  return {};
}

// The length of the space or invisible character beyond ASCII that text begins with; readers of ids may skip
// them.
size_t unseen_bytes(std::string_view text) {
  constexpr std::array<std::string_view, 5> begins = {"\xc2\xa0", "\xe2\x80", "\xe2\x81", "\xe3\x80\x80",
                                                      "\xef\xbb\xbf"};
  for (const std::string_view begin : begins) {
    if (text.starts_with(begin)) return begin.starts_with('\xc2') ? 2 : 3;
  }
  return 0;
}

// Each byte beyond ASCII becomes a letter, so that made-up strings are ASCII.
std::string shape_of(std::string_view text) {
  std::string shape;
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::string_view kind = byte < 0x80 ? kind_of(byte) : kind_of('a');
    const size_t unseen = unseen_bytes(text);
    if (unseen > 0 || kind.empty()) {
      shape += text.substr(0, std::max<size_t>(1, unseen));
    } else {
      shape += kind.front();
    }
    text.remove_prefix(std::min(text.size(), std::max<size_t>(1, unseen)));
  }
  return shape;
}

// The position after the string that begins at `at`.
size_t end_of_string(std::string_view json, size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at + 1;
}

}  // namespace

std::string MadeUpTexts::uuid(std::string original) {
  const bool is_upper =
      std::any_of(original.begin(), original.end(), [](unsigned char c) { return std::isupper(c) != 0; });
  std::transform(original.begin(), original.end(), original.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  std::string &made = made_up_[original];
  if (made.empty()) {
    const std::string number = std::to_string(++uuids_);
    made = "aaaaaaaa-0000-4000-8000-" + std::string(12 - number.size(), '0') + number;
  }
  if (!is_upper) return made;
  std::string upper = made;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  return upper;
}

std::string MadeUpTexts::plain(const std::string &original) {
  // As long as the original, byte for byte. Blanks around a string do not make it a different one.
  std::string whole = shape_of(original);
  const auto is_varied = [](unsigned char c) { return !kind_of(c).empty(); };
  const auto begin = std::find_if(whole.begin(), whole.end(), is_varied);
  const auto end = std::find_if(whole.rbegin(), whole.rend(), is_varied).base();
  if (begin == whole.end()) return whole;
  const std::string shape(begin, end);
  std::string &made = made_up_[original.substr(static_cast<size_t>(begin - whole.begin()), shape.size())];
  if (made.empty()) {
    uint64_t number = of_shape_[shape]++;
    made = shape;
    for (auto at = made.rbegin(); at != made.rend() && number > 0; ++at) {
      const std::string_view kind = kind_of(static_cast<unsigned char>(*at));
      if (kind.empty()) continue;
      *at = kind[number % kind.size()];
      number /= kind.size();
    }
    if (number > 0) throw BadInput("the journal holds more short strings of one shape than can be made up");
  }
  return std::string(whole.begin(), begin) + made + std::string(end, whole.end());
}

std::string MadeUpTexts::text(const std::string &original) {
  static const std::regex pattern("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  std::string made;
  auto from = original.begin();
  for (auto found = std::sregex_iterator(original.begin(), original.end(), pattern);
       found != std::sregex_iterator(); ++found) {
    made += plain({from, (*found)[0].first}) + uuid(found->str());
    from = (*found)[0].second;
  }
  return made + plain({from, original.end()});
}

std::string MadeUpTexts::json(const std::string &original) {
  if (!Json::accept(original)) return text(original);
  std::string made, member;
  for (size_t at = 0; at < original.size();) {
    if (original[at] != '"') {
      made += original[at++];
      continue;
    }
    const size_t end = end_of_string(original, at);
    const auto value = Json::parse(original.substr(at, end - at)).get<std::string>();
    const size_t next = original.find_first_not_of(" \t\r\n", end);
    const bool is_name = next != std::string::npos && original[next] == ':';
    if (is_name) member = value;
    const bool is_kept = is_word(value) && (is_name || tells_what_to_do(member));
    made += is_kept ? original.substr(at, end - at) : Json(text(value)).dump();
    at = end;
  }
  return made;
}

host::JournalText redacted(host::JournalText journal) {
  MadeUpTexts texts;
  journal.head.run.input = texts.json(journal.head.run.input);
  for (auto &[name, url] : journal.head.connections) url = "https://server.example";
  journal.head.key.reset();
  journal.head.note.clear();
  for (host::JournalEvent &event : journal.events) {
    event.announced.reset();  // the requests are different now
    event.response.body = texts.json(event.response.body);
    std::string headers;
    for (std::string_view rest = event.response.headers; !rest.empty();) {
      const std::string line(rest.substr(0, rest.find("\r\n")));
      rest.remove_prefix(std::min(rest.size(), line.size() + 2));
      const size_t colon = std::min(line.find(':'), line.size());
      const bool is_kept = is_kept_header(line.substr(0, colon));
      headers += (is_kept ? line : line.substr(0, colon) + texts.text(line.substr(colon))) + "\r\n";
    }
    event.response.headers = headers;
  }
  return journal;
}

}  // namespace skipcall::cli
