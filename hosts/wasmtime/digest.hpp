// SHA-256, random numbers and key fingerprints, all by OpenSSL.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace skipcall::host {

using Sha256 = std::array<uint8_t, 32>;

// SHA-256 of data (FIPS 180-4). Throws Internal.
Sha256 sha256(std::span<const uint8_t> data);
Sha256 sha256(std::string_view text);

// Lower-case hexadecimal digits of data.
std::string to_hex(std::span<const uint8_t> data);

// Random bytes from the system's source. Throws Internal.
std::array<uint8_t, 16> random_salt();
// A seed for a run: it only spreads waits; nothing secret depends on it. Throws Internal.
uint64_t random_seed();

// A digest of a key that shows whether two keys are equal and nothing else: PBKDF2-HMAC-SHA256 (RFC 8018)
// with the salt. Throws Internal.
Sha256 key_fingerprint(std::string_view key, std::span<const uint8_t> salt);

}  // namespace skipcall::host
