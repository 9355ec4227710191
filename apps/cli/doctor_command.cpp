#include "doctor_command.hpp"

#include <fmt/format.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "action.h"
#include "environment.hpp"
#include "failure.hpp"
#include "http_client.hpp"
#include "module.hpp"
#include "module_path.hpp"
#include "request_log.hpp"
#include "wording.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::json;

const char *variable(const char *name) {
  const char *value = std::getenv(name);
  return value == nullptr || *value == '\0' ? nullptr : value;
}

int64_t unix_now() {
  return static_cast<int64_t>(std::time(nullptr));
}

// The time of a response's Date header in seconds; nothing if it has none.
std::optional<int64_t> date_of(const std::string &headers) {
  for (size_t begin = 0; begin < headers.size();) {
    const size_t end = std::min(headers.find("\r\n", begin), headers.size());
    const std::string line = headers.substr(begin, end - begin);
    begin = end + 2;
    if (::strncasecmp(line.c_str(), "date:", 5) != 0) continue;
    std::tm parts{};
    const char *text = line.c_str() + 5;
    while (*text == ' ') ++text;
    if (::strptime(text, "%a, %d %b %Y %H:%M:%S", &parts) != nullptr) return ::timegm(&parts);
  }
  return std::nullopt;
}

class Doctor {
 public:
  explicit Doctor(const DoctorOptions &options) : options_(options) {}

  int run() {
    module();
    key();
    certificates();
    proxy();
    clock();
    folders();
    server();
    if (problems_ == 0)
      std::printf(
          "Nothing is wrong%s.\n",
          options_.request ? "" : " as far as can be seen without a request; --request sends a harmless one");
    return problems_ == 0 ? 0 : 1;
  }

 private:
  void good(std::string_view what, const std::string &text) {
    std::fputs(fmt::format("  ok    {:<12} {}\n", what, printable(text)).c_str(), stdout);
  }
  void bad(std::string_view what, const std::string &text, const std::string &advice) {
    ++problems_;
    std::fputs(
        fmt::format("  WRONG {:<12} {}\n        {:<12} {}\n", what, printable(without_keys(text)), "", advice)
            .c_str(),
        stdout);
  }

  void module() {
    try {
      module_.emplace(host::Module::load(find_module(options_.module), host::default_cache_directory()));
      good("module", find_module(options_.module).string());
    } catch (const std::exception &error) {
      bad("module", error.what(),
          "Install the module beside the program, or name it with --module or SKIPCALL_MODULE.");
    }
  }

  void key() {
    try {
      key_ = read_api_key();
      if (key_.empty()) {
        bad("key", "there is none",
            "Put it into SKIPCALL_API_KEY, or name its file in SKIPCALL_API_KEY_FILE.");
      } else {
        check_key();
        good("key", key_kind_text(key_kind(key_.reveal())));
      }
    } catch (const std::exception &error) {
      key_ = {};
      bad("key", error.what(),
          "Correct the variable or the file; the key itself is under Settings > API Keys.");
    }
  }

  // A connection refuses a key that is malformed. Throws HostError.
  void check_key() const {
    if (!module_ || module_->description().connections.empty()) return;
    host::Connection(module_->description().connections.front(), "https://localhost",
                     host::SecretString(key_.reveal()));
  }

  // If neither variable is set, libcurl uses its own places.
  void certificates() {
    for (const char *name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
      const char *file = variable(name);
      if (file == nullptr) continue;
      if (::access(file, R_OK) == 0) {
        good("certificates", std::string(file) + " (" + name + ")");
      } else {
        bad("certificates", std::string(name) + " names " + file + ", which cannot be read",
            "Correct or unset the variable.");
      }
      return;
    }
    for (const char *file :
         {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"}) {
      if (::access(file, R_OK) == 0) return good("certificates", file);
    }
    bad("certificates", "there are none in the usual places",
        "Install the package ca-certificates, or set SSL_CERT_FILE.");
  }

  void proxy() {
    for (const char *name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
      const char *proxy = variable(name);
      if (proxy == nullptr) continue;
      // What comes before an @ may be a password.
      const std::string_view text = proxy;
      const size_t colon = text.find("://");
      const std::string scheme(colon == text.npos ? "" : text.substr(0, colon + 3));
      const std::string_view rest = text.substr(scheme.size());
      const std::string shown = scheme + std::string(rest.substr(rest.rfind('@') + 1)) + " (" + name + ")";
      constexpr std::string_view known[] = {"",           "http://",   "https://",  "socks4://",
                                            "socks4a://", "socks5://", "socks5h://"};
      const auto is_scheme = [&](std::string_view other) {
        return scheme.size() == other.size() && ::strncasecmp(scheme.data(), other.data(), other.size()) == 0;
      };
      if (std::any_of(std::begin(known), std::end(known), is_scheme)) return good("proxy", shown);
      return bad("proxy", shown + ": no proxy is reached like that",
                 "Begin it with http://, https://, socks4:// or socks5://, or unset the variable.");
    }
    good("proxy", "none");
  }

  // Without a server's time, only a clock that was never set can be noticed.
  void clock() {
    constexpr int64_t begin_of_2025 = 1735689600;
    const uint64_t now = static_cast<uint64_t>(unix_now()) * 1000;
    if (unix_now() < begin_of_2025) {
      bad("clock", "it is " + clock_text(now, 0), "Set the clock; certificates are checked against it.");
    } else {
      good("clock", clock_text(now, 0));
    }
  }

  void folders() {
    const std::string problem = state_directory_problem();
    if (problem.empty()) {
      good("journals", state_directory().string());
    } else {
      bad("journals", problem, "Set XDG_STATE_HOME to a folder of yours, or name a file with --journal.");
    }
    if (::access(".", W_OK | X_OK) == 0) {
      good("remaining file", "goes into the current folder");
    } else {
      bad("remaining file", "the current folder cannot be written",
          "Change to another, or name a file with --remaining.");
    }
  }

  void server() {
    if (!module_ || module_->description().connections.empty()) return;
    const host::DeclaredConnection &declared = module_->description().connections.front();
    try {
      host::Connection connection = key_.empty()
                                        ? host::Connection(declared, read_base_url(), host::FieldValues())
                                        : host::Connection(declared, read_base_url(), std::move(key_));
      good("server", connection.base_url());
      if (options_.request && connection.has_credential()) request(std::move(connection), declared.name);
    } catch (const host::HostError &error) {
      bad("server", error.what(),
          "Correct SKIPCALL_BASE_URL and the key; unset, the server is Skipcall's own.");
    }
  }

  // The manifest's own test: a removal of something that does not exist.
  void request(host::Connection connection, const std::string &name) {
    const Json manifest = Json::parse(module_->description().manifest);
    const Json::json_pointer place("/connections/0/test");
    if (!manifest.contains(place)) return;
    const Json &test = manifest.at(place);
    host::HttpRequest request;
    request.timeout_ms = 30000;
    request.response_limit = 65536;
    request.connection = name;
    request.method = test.value("method", "GET");
    request.target = test.value("target", "/");
    if (test.contains("body")) {
      request.headers = "Content-Type: application/json\r\n";
      request.body = test["body"].dump();
    }
    host::HttpClient http(std::move(connection));
    http.send(1, request);
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begin < std::chrono::seconds(60)) {
      for (const auto &[exchange, response] : http.receive(std::chrono::milliseconds(100))) {
        judge(response, test);
        return;
      }
    }
    bad("request", "no response came within a minute", "Check the network and the proxy.");
  }

  void judge(const host::HttpResponse &response, const Json &test) {
    if (response.status == 0) {
      const std::string cause = http_error_text(response.error);
      bad("request", response.detail.empty() ? cause : cause + ": " + response.detail,
          advice(response.error));
      return;
    }
    const auto is_in = [&](const char *list) {
      const Json statuses = test.value(list, Json::array());
      return std::find(statuses.begin(), statuses.end(), Json(response.status)) != statuses.end();
    };
    const std::string status = "HTTP " + std::to_string(response.status);
    if (is_in("pass")) {
      good("request", "the key is accepted");
    } else if (is_in("fail")) {
      bad("request", status + ": the key is not accepted",
          "Check the key under Settings > API Keys, and whether the plan has API access.");
    } else {
      bad("request", status + ", which is not what Skipcall's server responds",
          "Check SKIPCALL_BASE_URL and the proxy, or try again later.");
    }
    const auto date = date_of(response.headers);
    if (!date) return;
    const int64_t away = std::abs(*date - unix_now());
    if (away > 60) {
      bad("clock", "it differs from the server's by " + duration_text(static_cast<uint64_t>(away) * 1000),
          "Set the clock; waits for the rate limit are computed by it.");
    }
  }

  static std::string advice(uint32_t error) {
    switch (error) {
      case ACTION_HTTP_DNS:
        return "Check the name in SKIPCALL_BASE_URL, and the network.";
      case ACTION_HTTP_TLS:
        return "Check the clock, and the certificates that CURL_CA_BUNDLE or SSL_CERT_FILE names.";
      default:
        return "Check the network, the proxy and SKIPCALL_BASE_URL.";
    }
  }

  const DoctorOptions &options_;
  std::optional<host::Module> module_;
  host::SecretString key_;
  int problems_ = 0;
};

}  // namespace

int run_doctor(const DoctorOptions &options) {
  return Doctor(options).run();
}

}  // namespace skipcall::cli
