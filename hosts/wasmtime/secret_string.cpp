#include "secret_string.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace skipcall::host {

SecretString::SecretString(std::string_view text) : text_(text) {}

// A short string is stored inside the object itself, so a move leaves a copy behind that must be wiped.
SecretString::SecretString(SecretString &&other) noexcept : text_(std::move(other.text_)) {
  wipe(other.text_);
}

SecretString &SecretString::operator=(SecretString &&other) noexcept {
  if (this != &other) {
    wipe(text_);
    text_ = std::move(other.text_);
    wipe(other.text_);
  }
  return *this;
}

SecretString::~SecretString() {
  wipe(text_);
}

void SecretString::wipe(std::string &text) {
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace skipcall::host
