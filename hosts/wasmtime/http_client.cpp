#include "http_client.hpp"

#include <curl/curl.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>
#include <utility>

#include "action.h"
#include "error.hpp"
#include "response_body.hpp"
#include "response_headers.hpp"

namespace skipcall::host {
namespace {

bool same_letter(char left, char right) {
  return std::tolower(static_cast<unsigned char>(left)) == std::tolower(static_cast<unsigned char>(right));
}

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds longest_timeout{600000};
constexpr uint64_t largest_response = 16u << 20;
constexpr long most_connections = 64;

// curl's own list of header lines. It copies them, so the key is wiped when the list is freed.
class HeaderList {
 public:
  HeaderList() = default;
  HeaderList(const HeaderList &) = delete;
  HeaderList &operator=(const HeaderList &) = delete;
  ~HeaderList() {
    for (curl_slist *line = list_; line != nullptr; line = line->next)
      OPENSSL_cleanse(line->data, strlen(line->data));
    curl_slist_free_all(list_);
  }
  void append(const std::string &line) {
    curl_slist *longer = curl_slist_append(list_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list_ = longer;
  }
  bool has(std::string_view name) const {
    for (const curl_slist *line = list_; line != nullptr; line = line->next) {
      const std::string_view field(line->data, strcspn(line->data, ":;"));
      if (std::equal(field.begin(), field.end(), name.begin(), name.end(), same_letter)) return true;
    }
    return false;
  }
  curl_slist *get() const { return list_; }

 private:
  curl_slist *list_ = nullptr;
};

// A request in progress.
struct Transfer {
  Transfer(std::string server_in, uint64_t response_limit)
      : server(std::move(server_in)), response_body(response_limit) {}

  uint32_t exchange = 0;
  std::string server;  // for messages
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{nullptr, &curl_easy_cleanup};
  HeaderList lines;
  std::string body;  // curl reads it while sending
  bool is_head = false;
  bool begun = false;                 // a connection was ready and the request began to leave
  uint32_t refused = ACTION_HTTP_OK;  // why reading stopped
  bool body_begun = false;
  ResponseHeaders response_headers;
  ResponseBody response_body;
  char error_text[CURL_ERROR_SIZE] = {};
};

// Called each time a connection is ready and the request is about to be written (CURLOPT_PREREQFUNCTION). The
// second time is curl's own repeat: a kept connection ended before the first byte of the response. The server
// may have carried the request out, so this is reported instead of sending it again unnoticed.
int on_request(void *user, char *, char *, int, int) {
  auto &transfer = *static_cast<Transfer *>(user);
  return std::exchange(transfer.begun, true) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

size_t on_header(char *data, size_t, size_t count, void *user) {
  auto &transfer = *static_cast<Transfer *>(user);
  transfer.refused = transfer.response_headers.add_line(std::string_view(data, count));
  return transfer.refused == ACTION_HTTP_OK ? count : 0;
}

// Looks at how the body is coded, before its first byte is read.
uint32_t begin_body(Transfer &transfer) {
  if (std::exchange(transfer.body_begun, true)) return ACTION_HTTP_OK;
  const auto codings = transfer.response_headers.values("content-encoding");
  const bool is_known =
      codings.empty() || (codings.size() == 1 && transfer.response_body.set_coding(codings[0]));
  return is_known ? ACTION_HTTP_OK : ACTION_HTTP_PROTOCOL;
}

size_t on_body(char *data, size_t, size_t count, void *user) {
  auto &transfer = *static_cast<Transfer *>(user);
  transfer.refused = begin_body(transfer);
  if (transfer.refused == ACTION_HTTP_OK) transfer.refused = transfer.response_body.add({data, count});
  return transfer.refused == ACTION_HTTP_OK ? count : 0;
}

// What is wrong with a response that curl treats as whole: its headers or its coding are cut off, or it has
// no body and only the end of the connection says so.
uint32_t body_error(Transfer &transfer, long status) {
  if (!transfer.response_headers.is_complete()) return ACTION_HTTP_RESET;
  const auto lengths = transfer.response_headers.values("content-length");
  const bool is_empty =
      transfer.is_head || status == 204 || status == 304 || (!lengths.empty() && lengths[0] == "0");
  if (is_empty) return ACTION_HTTP_OK;
  if (const uint32_t error = begin_body(transfer); error != ACTION_HTTP_OK) return error;
  if (!transfer.response_body.is_whole()) return ACTION_HTTP_PROTOCOL;
  const bool ends_with_connection =
      lengths.empty() && transfer.response_headers.values("transfer-encoding").empty();
  return ends_with_connection && transfer.response_body.text().empty() ? ACTION_HTTP_RESET : ACTION_HTTP_OK;
}

uint32_t error_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return ACTION_HTTP_OK;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return ACTION_HTTP_DNS;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return ACTION_HTTP_CONNECT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
      return ACTION_HTTP_TLS;
    case CURLE_OPERATION_TIMEDOUT:
      return ACTION_HTTP_TIMEOUT;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2_STREAM:
      return ACTION_HTTP_RESET;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_HTTP2:
    case CURLE_BAD_CONTENT_ENCODING:
      return ACTION_HTTP_PROTOCOL;
    default:
      return ACTION_HTTP_OTHER;
  }
}

// The proxy refused to open a tunnel.
bool proxy_refused(CURL *easy) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
  return status != 0 && status / 100 != 2;
}

// A handshake that the network ended may succeed next time; one that failed on trust will not.
bool broke_off(std::string_view error_text) {
  return error_text.find("SSL_ERROR_SYSCALL") != std::string_view::npos ||
         error_text.find("reset") != std::string_view::npos ||
         error_text.find("unexpected eof") != std::string_view::npos;
}

// Why there is no response. Once a request has begun to leave, only curl's own repeat looks for another
// connection: what goes wrong then counts as the loss of the first one.
uint32_t error_of(const Transfer &transfer, CURLcode code) {
  // A header line over curl's own limit of 100 KB: CURLE_TOO_LARGE, number 100, which old versions do not
  // have.
  const bool too_long_line = code == CURLE_OUT_OF_MEMORY || static_cast<int>(code) == 100;
  if (transfer.refused != ACTION_HTTP_OK) return transfer.refused;
  if (too_long_line) return ACTION_HTTP_TOO_LARGE;
  uint32_t error =
      code != CURLE_OK && proxy_refused(transfer.easy.get()) ? uint32_t{ACTION_HTTP_CONNECT} : error_of(code);
  if (code == CURLE_SSL_CONNECT_ERROR && broke_off(transfer.error_text)) error = ACTION_HTTP_CONNECT;
  const bool no_connection = error == ACTION_HTTP_DNS || error == ACTION_HTTP_CONNECT ||
                             error == ACTION_HTTP_TLS || code == CURLE_ABORTED_BY_CALLBACK;
  return transfer.begun && no_connection ? uint32_t{ACTION_HTTP_RESET} : error;
}

// Why there is no whole response, in libcurl's words if libcurl noticed.
std::string reason(const Transfer &transfer, CURLcode code, uint32_t error) {
  if (code == CURLE_ABORTED_BY_CALLBACK) return "the kept connection ended before a response came";
  const bool own = code == CURLE_OK || transfer.refused != ACTION_HTTP_OK;
  if (own && error == ACTION_HTTP_TOO_LARGE) return "the response is larger than the host accepts";
  if (own && error == ACTION_HTTP_RESET)
    return "the connection ended where the body of a response without a length was due";
  if (own) return "the response is incomplete or malformed HTTP";
  return transfer.error_text[0] != 0 ? transfer.error_text : curl_easy_strerror(code);
}

bool is_allowed_method(std::string_view method) {
  constexpr std::string_view methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  return std::find(std::begin(methods), std::end(methods), method) != std::end(methods);
}

// A user's own bundle of certificates, from the variables that curl's command line reads.
std::string ca_file_of_environment() {
  for (const char *name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (const char *file = std::getenv(name); file != nullptr && *file != 0) return file;
  }
  return {};
}

void initialise_curl() {
  static std::once_flag once;
  std::call_once(once, [] {
    // libcurl would write the keys of every TLS session into that file.
    ::unsetenv("SSLKEYLOGFILE");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw HostError(Fault::internal, "libcurl cannot start");
  });
}

}  // namespace

struct HttpClient::State {
  State(Connections connections_in, HttpLimits limits_in, std::string ca_file_in)
      : connections(std::move(connections_in)), limits(limits_in), ca_file(std::move(ca_file_in)) {}

  ~State() {
    for (auto &[exchange, transfer] : transfers) curl_multi_remove_handle(multi.get(), transfer->easy.get());
  }

  Connections connections;
  HttpLimits limits;
  std::string ca_file;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{nullptr, &curl_multi_cleanup};
  std::map<uint32_t, std::unique_ptr<Transfer>> transfers;
  std::map<uint32_t, HttpResponse> refused;  // answered without being sent

  void refuse(uint32_t exchange, uint32_t error, const char *why) {
    HttpResponse response;
    response.error = error;
    response.flags = ACTION_HTTP_NOT_SENT;
    response.detail = why;
    refused[exchange] = std::move(response);
  }

  void start(uint32_t exchange, const HttpRequest &request, const Connection &connection,
             const std::string &url, const std::vector<std::string> &lines);
  void set_security(CURL *easy, const Connection &connection) const;
  HttpResponse finish(Transfer &transfer, CURLcode code) const;
};

void HttpClient::State::set_security(CURL *easy, const Connection &connection) const {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, connection.is_loopback() ? "http,https" : "https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
  // A proxy sees only the CONNECT line, never the key.
  curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (connection.is_loopback()) curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

void HttpClient::State::start(uint32_t exchange, const HttpRequest &request, const Connection &connection,
                              const std::string &url, const std::vector<std::string> &lines) {
  auto transfer = std::make_unique<Transfer>(
      connection.server(), request.response_limit == 0
                               ? limits.response_bytes
                               : std::min<uint64_t>(request.response_limit, largest_response));
  transfer->exchange = exchange;
  transfer->easy.reset(curl_easy_init());
  CURL *easy = transfer->easy.get();
  if (easy == nullptr) throw std::bad_alloc();
  transfer->body = request.body;
  transfer->is_head = request.method == "HEAD";

  for (std::string &line : connection.credential_lines()) {
    transfer->lines.append(line);
    SecretString::wipe(line);
  }
  // A header without a value is written with a semicolon (CURLOPT_HTTPHEADER); one with nothing after the
  // colon removes curl's own.
  for (const std::string &line : lines) {
    const bool without_value = line.size() > 2 && line.compare(line.size() - 2, 2, ": ") == 0;
    transfer->lines.append(without_value ? line.substr(0, line.size() - 2) + ";" : line);
  }
  if (!transfer->lines.has("Content-Type")) transfer->lines.append("Content-Type:");
  // curl's own decoding treats a truncated body as whole.
  if (!transfer->lines.has("Accept-Encoding"))
    transfer->lines.append("Accept-Encoding: " + std::string(accepted_coding));
  transfer->lines.append("Expect:");

  set_security(easy, connection);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  // Newer versions of libcurl drop a "?" at the end.
  curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, url.c_str() + url.find('/', url.find("://") + 3));
  if (transfer->is_head) {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (!transfer->body.empty() || request.method[0] == 'P') {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer->body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->lines.get());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "skipcall-host/0.9");
  // Not HTTP/2: docs/RATIONALE.md.
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  const milliseconds timeout =
      request.timeout_ms == 0 ? limits.timeout : std::min(milliseconds(request.timeout_ms), longest_timeout);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error_text);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer.get());
  if (curl_multi_add_handle(multi.get(), easy) != CURLM_OK) {
    throw HostError(Fault::internal, "libcurl refused a request");
  }
  transfers[exchange] = std::move(transfer);
}

HttpResponse HttpClient::State::finish(Transfer &transfer, CURLcode code) const {
  CURL *easy = transfer.easy.get();
  HttpResponse response;
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  // 1xx is not a response; the connection ended before the final one.
  if (status >= 200 && status <= 599) {
    response.status = static_cast<uint32_t>(status);
    response.headers = transfer.response_headers.block();
  }
  response.error = error_of(transfer, code);
  if (response.status != 0 && response.error == ACTION_HTTP_OK) response.error = body_error(transfer, status);
  if (response.status != 0) response.body = std::move(transfer.response_body.text());
  if (response.status == 0 && response.error == ACTION_HTTP_OK) response.error = ACTION_HTTP_PROTOCOL;
  if (response.error != ACTION_HTTP_OK) {
    response.detail = transfer.server + ": " + reason(transfer, code, response.error);
    if (!transfer.begun) response.flags = ACTION_HTTP_NOT_SENT;
  }
  connections.mask_keys(response.headers, false);
  connections.mask_keys(response.body, response.error != ACTION_HTTP_OK);
  connections.mask_keys(response.detail, false);
  return response;
}

HttpClient::HttpClient(Connections connections, HttpLimits limits, std::string ca_file) {
  initialise_curl();
  if (ca_file.empty()) ca_file = ca_file_of_environment();
  state_ = std::make_unique<State>(std::move(connections), limits, std::move(ca_file));
  state_->multi.reset(curl_multi_init());
  if (!state_->multi) throw HostError(Fault::internal, "libcurl cannot start");
  // By default curl keeps four connections for each open request, so it drops most of them whenever few are
  // open.
  curl_multi_setopt(state_->multi.get(), CURLMOPT_MAXCONNECTS, most_connections);
  curl_multi_setopt(state_->multi.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, most_connections);
}

HttpClient::~HttpClient() = default;

const Connections &HttpClient::connections() const {
  return state_->connections;
}

void HttpClient::send(uint32_t exchange, const HttpRequest &request) {
  State &s = *state_;
  const Connection *connection = s.connections.find(request.connection);
  if (connection == nullptr || !connection->has_credential()) {
    return s.refuse(exchange, ACTION_HTTP_NO_CREDENTIAL,
                    "the host has no key for the connection that the module asked for");
  }
  if (!is_allowed_method(request.method))
    return s.refuse(exchange, ACTION_HTTP_DENIED, "the host refused a request: its method is not allowed");
  const std::string url = connection->url_of(request.target);
  if (url.empty())
    return s.refuse(exchange, ACTION_HTTP_DENIED, "the host refused a request: its target is not allowed");
  auto lines = connection->header_lines_of(request.headers);
  if (!lines)
    return s.refuse(exchange, ACTION_HTTP_DENIED,
                    "the host refused a request: one of its headers is not allowed");
  s.start(exchange, request, *connection, url, *lines);
}

std::vector<std::pair<uint32_t, HttpResponse>> HttpClient::receive(milliseconds wait) {
  State &s = *state_;
  auto deadline = steady_clock::now() + wait;
  std::vector<std::pair<uint32_t, HttpResponse>> responses;
  responses.reserve(s.refused.size());
  for (auto &[exchange, response] : s.refused) responses.emplace_back(exchange, std::move(response));
  s.refused.clear();
  for (;;) {
    int running = 0;
    if (curl_multi_perform(s.multi.get(), &running) != CURLM_OK) {
      throw HostError(Fault::internal, "libcurl failed");
    }
    int queued = 0;
    while (CURLMsg *message = curl_multi_info_read(s.multi.get(), &queued)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer *transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      const uint32_t exchange = transfer->exchange;
      HttpResponse response = s.finish(*transfer, message->data.result);
      curl_multi_remove_handle(s.multi.get(), transfer->easy.get());
      s.transfers.erase(exchange);
      responses.emplace_back(exchange, std::move(response));
    }
    auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    if (!responses.empty() || left.count() <= 0) return responses;
    curl_multi_poll(s.multi.get(), nullptr, 0, static_cast<int>(left.count()), nullptr);
  }
}

bool HttpClient::abandon(uint32_t exchange) {
  State &s = *state_;
  if (s.refused.erase(exchange) > 0) return true;
  auto found = s.transfers.find(exchange);
  if (found == s.transfers.end()) return false;
  const bool not_sent = !found->second->begun;
  curl_multi_remove_handle(s.multi.get(), found->second->easy.get());
  s.transfers.erase(found);
  return not_sent;
}

uint64_t HttpClient::open_bytes() const {
  uint64_t bytes = 0;
  for (const auto &[exchange, transfer] : state_->transfers) bytes += transfer->body.size();
  return bytes;
}

std::vector<uint32_t> HttpClient::open() const {
  std::vector<uint32_t> exchanges;
  for (const auto &[exchange, response] : state_->refused) exchanges.push_back(exchange);
  for (const auto &[exchange, transfer] : state_->transfers) exchanges.push_back(exchange);
  std::sort(exchanges.begin(), exchanges.end());
  return exchanges;
}

}  // namespace skipcall::host
