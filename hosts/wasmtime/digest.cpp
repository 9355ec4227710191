#include "digest.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>

#include "error.hpp"

namespace skipcall::host {

Sha256 sha256(std::span<const uint8_t> data) {
  Sha256 digest{};
  unsigned length = 0;
  if (EVP_Digest(data.data(), data.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1 ||
      length != digest.size()) {
    throw HostError(Fault::internal, "OpenSSL has no SHA-256");
  }
  return digest;
}

Sha256 sha256(std::string_view text) {
  return sha256(std::span(reinterpret_cast<const uint8_t *>(text.data()), text.size()));
}

std::string to_hex(std::span<const uint8_t> data) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(data.size() * 2);
  for (const uint8_t byte : data) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::array<uint8_t, 16> random_salt() {
  std::array<uint8_t, 16> salt{};
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1) {
    throw HostError(Fault::internal, "the system provides no random numbers");
  }
  return salt;
}

uint64_t random_seed() {
  uint64_t seed = 0;
  std::memcpy(&seed, random_salt().data(), sizeof seed);
  return seed;
}

Sha256 key_fingerprint(std::string_view key, std::span<const uint8_t> salt) {
  // Keys are long and random, so the rounds only make guessing costly, and take a few milliseconds.
  constexpr int rounds = 10000;
  Sha256 digest{};
  if (PKCS5_PBKDF2_HMAC(key.data(), static_cast<int>(key.size()), salt.data(), static_cast<int>(salt.size()),
                        rounds, EVP_sha256(), static_cast<int>(digest.size()), digest.data()) != 1) {
    throw HostError(Fault::internal, "OpenSSL has no PBKDF2");
  }
  return digest;
}

}  // namespace skipcall::host
