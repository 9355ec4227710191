// The stand-in for Skipcall's server, inside this process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/server.hpp"
#include "secret_string.hpp"

namespace skipcall::cli {

// Serves from construction to destruction, on this machine only.
class EmbeddedSandbox {
 public:
  // data_file: its data (sandbox/README.md); empty: the built-in set. port: 0 for a free one. log: prints
  // each request to standard error. Throws BadInput: the file is unreadable or malformed; HostFailure: the
  // port is taken.
  explicit EmbeddedSandbox(const std::string &data_file, uint16_t port = 0, bool log = false);

  std::string base_url() const { return server_->base_url(); }
  // The first key of the data that may use the API; empty if there is none.
  const std::string &key() const { return key_; }
  bool has_key(std::string_view key) const;

 private:
  std::string key_;
  std::vector<sandbox::Key> keys_;
  std::unique_ptr<sandbox::Server> server_;
};

}  // namespace skipcall::cli
