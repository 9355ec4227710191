#include "embedded_sandbox.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "failure.hpp"
#include "input_text.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

sandbox::Data read_data(const std::string &file) {
  if (file.empty()) return sandbox::default_data();
  const InputText input = read_input(file);
  try {
    return sandbox::parse_data(input.text);
  } catch (const sandbox::DataError &error) {
    throw BadInput(input.name + ": " + error.what());
  }
}

void print_request(const sandbox::LogLine &line) {
  std::fprintf(stderr, "%s %s %u contacts: %d%s\n", printable(line.method).c_str(),
               printable(line.target).c_str(), line.contacts, line.status,
               line.lost ? " (response lost)" : "");
}

}  // namespace

EmbeddedSandbox::EmbeddedSandbox(const std::string &data_file, uint16_t port, bool log) {
  const sandbox::Data data = read_data(data_file);
  key_ = data.usable_key();
  keys_ = data.keys;
  sandbox::ServerOptions options;
  options.port = port;
  if (log) options.log = print_request;
  try {
    server_ = std::make_unique<sandbox::Server>(sandbox::Api(data), std::move(options));
  } catch (const std::runtime_error &error) {
    throw HostFailure(std::string("the sandbox cannot start: ") + error.what());
  }
}

bool EmbeddedSandbox::has_key(std::string_view key) const {
  return std::ranges::any_of(keys_, [key](const sandbox::Key &one) { return one.key == key; });
}

}  // namespace skipcall::cli
