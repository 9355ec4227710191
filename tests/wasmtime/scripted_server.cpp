#include "scripted_server.hpp"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace skipcall::host {
namespace {

// A key and a certificate for 127.0.0.1, signed by itself.
SSL_CTX *make_tls(std::string &pem) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME *name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>("test"), -1,
                             -1, 0);
  X509_set_issuer_name(certificate, name);
  for (auto [nid, value] :
       {std::pair(NID_subject_alt_name, "IP:127.0.0.1"), std::pair(NID_basic_constraints, "CA:TRUE")}) {
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate, key, EVP_sha256());

  BIO *memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate);
  char *text = nullptr;
  long length = BIO_get_mem_data(memory, &text);
  pem.assign(text, static_cast<size_t>(length));
  BIO_free(memory);

  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, key);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return context;
}

// One connection, plain or TLS.
struct Stream {
  int socket;
  SSL *tls;
  long read(char *buffer, size_t size) {
    return tls != nullptr ? SSL_read(tls, buffer, static_cast<int>(size)) : ::recv(socket, buffer, size, 0);
  }
  bool write(const std::string &bytes) {
    for (size_t at = 0; at < bytes.size();) {
      long put = tls != nullptr ? SSL_write(tls, bytes.data() + at, static_cast<int>(bytes.size() - at))
                                : ::send(socket, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (put <= 0) return false;
      at += static_cast<size_t>(put);
    }
    return true;
  }
};

// The length of a whole request at the beginning of text; 0: there is more to come.
size_t request_length(const std::string &text) {
  size_t head = text.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  size_t at = text.find("Content-Length: ");
  size_t body = at < head ? std::stoul(text.substr(at + 16)) : 0;
  return text.size() >= head + 4 + body ? head + 4 + body : 0;
}

}  // namespace

ScriptedServer::ScriptedServer(Script script, bool tls) : script_(std::move(script)) {
  if (tls) {
    SSL_CTX *context = make_tls(certificate_pem_);
    tls_ = context;
    SSL_CTX_set_alpn_select_cb(
        context,
        [](SSL *, const unsigned char **, unsigned char *, const unsigned char *list, unsigned length,
           void *server) {
          static_cast<ScriptedServer *>(server)->note_offer({reinterpret_cast<const char *>(list), length});
          return SSL_TLSEXT_ERR_NOACK;
        },
        this);
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto *generic = reinterpret_cast<sockaddr *>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no port to listen on");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  stop_ = true;
  refuse_connections();
  acceptor_.join();
  ::close(listener_);
  {
    std::lock_guard lock(mutex_);
    for (int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread &client : clients_) client.join();
  for (int socket : sockets_) ::close(socket);
  SSL_CTX_free(static_cast<SSL_CTX *>(tls_));
}

void ScriptedServer::refuse_connections() {
  ::shutdown(listener_, SHUT_RDWR);
}

std::string ScriptedServer::url() const {
  return (tls_ != nullptr ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

std::vector<std::string> ScriptedServer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<std::string> ScriptedServer::offered_protocols() const {
  std::lock_guard lock(mutex_);
  return offered_protocols_;
}

// list: names, each preceded by its length in one byte.
void ScriptedServer::note_offer(std::string_view list) {
  std::lock_guard lock(mutex_);
  offered_protocols_.clear();
  while (!list.empty()) {
    const size_t length = static_cast<unsigned char>(list[0]);
    offered_protocols_.emplace_back(list.substr(1, length));
    list.remove_prefix(std::min(list.size(), length + 1));
  }
}

void ScriptedServer::accept_all() {
  for (int client; (client = ::accept(listener_, nullptr, nullptr)) >= 0;) {
    std::lock_guard lock(mutex_);
    ++connections_;
    sockets_.push_back(client);
    clients_.emplace_back([this, client] { serve(client); });
  }
}

void ScriptedServer::serve(int client) {
  if (closes_at_once_) {
    ::shutdown(client, SHUT_RDWR);
    return;
  }
  std::unique_ptr<SSL, decltype(&SSL_free)> tls(nullptr, &SSL_free);
  if (tls_ != nullptr) {
    tls.reset(SSL_new(static_cast<SSL_CTX *>(tls_)));
    SSL_set_fd(tls.get(), client);
    if (SSL_accept(tls.get()) != 1) {
      ::shutdown(client, SHUT_RDWR);
      return;
    }
  }
  Stream stream{client, tls.get()};
  std::string text;
  char buffer[1 << 16];
  for (bool open = true; open;) {
    size_t length = request_length(text);
    if (length == 0) {
      long got = stream.read(buffer, sizeof buffer);
      if (got <= 0) break;
      text.append(buffer, static_cast<size_t>(got));
      continue;
    }
    std::string request = text.substr(0, length);
    text.erase(0, length);
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    std::string response = script_(request);
    open = stream.write(response) && response.find("Connection: keep-alive") != std::string::npos;
  }
  ::shutdown(client, SHUT_RDWR);
}

std::string http_response(const std::string &status, const std::string &body, const std::string &headers) {
  return "HTTP/1.1 " + status +
         "\r\nConnection: keep-alive\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
         "\r\n" + body;
}

}  // namespace skipcall::host
