#include "contact_document.hpp"

#include <algorithm>

#include "sandbox/uuid.hpp"

namespace skipcall::bench {
namespace {

void append_ids(std::string &out, const std::vector<sandbox::Uuid> &contacts, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) {
    if (i > from) out += ',';
    out += '"';
    out += sandbox::format_uuid(contacts[i]);
    out += '"';
  }
}

void append_removal(std::string &out, const sandbox::Sequence &sequence, size_t from, size_t to) {
  if (out.back() == '}') out += ',';
  out += R"({"sequenceId":")";
  out += sequence.id;
  out += R"(","contactIds":[)";
  append_ids(out, sequence.contacts, from, to);
  out += "]}";
}

void end(std::string &out, const std::string &options) {
  out += ']';
  if (!options.empty()) {
    out += R"(,"options":)";
    out += options;
  }
  out += '}';
}

}  // namespace

std::vector<sandbox::Sequence> make_sequences(const std::vector<uint32_t> &counts,
                                              const std::string &prefix) {
  std::vector<sandbox::Sequence> sequences;
  for (const uint32_t count : counts) {
    const size_t number = sequences.size();
    sequences.push_back({prefix + std::to_string(number), sandbox::generate_contacts(count, number + 1)});
  }
  return sequences;
}

sandbox::Data make_data(const std::vector<uint32_t> &counts) {
  sandbox::Key key;
  key.key = bench_key;
  key.plan = sandbox::Plan::expert;
  sandbox::Data data;
  data.keys.push_back(key);
  data.sequences = make_sequences(counts);
  return data;
}

std::string document_of(const std::vector<sandbox::Sequence> &sequences, const std::string &options) {
  std::string out = R"({"removals":[)";
  for (const sandbox::Sequence &sequence : sequences) {
    append_removal(out, sequence, 0, sequence.contacts.size());
  }
  end(out, options);
  return out;
}

std::string interleaved_document_of(const std::vector<sandbox::Sequence> &sequences, size_t piece) {
  std::string out = R"({"removals":[)";
  size_t longest = 0;
  for (const sandbox::Sequence &sequence : sequences) longest = std::max(longest, sequence.contacts.size());
  for (size_t from = 0; from < longest; from += piece) {
    for (const sandbox::Sequence &sequence : sequences) {
      const size_t to = std::min(from + piece, sequence.contacts.size());
      if (from < to) append_removal(out, sequence, from, to);
    }
  }
  end(out, {});
  return out;
}

std::string spaced(const std::string &document) {
  std::string out;
  out.reserve(document.size() * 5 / 4);
  for (const char c : document) {
    out += c;
    if (c == ',' || c == ':') out += ' ';
  }
  return out;
}

std::string document_of_one(uint32_t count) {
  std::string out = R"({"sequenceId":"s0","contactIds":[)";
  const std::vector<sandbox::Uuid> contacts = sandbox::generate_contacts(count, 1);
  append_ids(out, contacts, 0, contacts.size());
  out += "]}";
  return out;
}

}  // namespace skipcall::bench
