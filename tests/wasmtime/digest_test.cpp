#include "digest.hpp"

#include "catch.hpp"

using namespace skipcall::host;

TEST_CASE("SHA-256 gives FIPS 180-4's example values") {
  CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("random numbers differ") {
  CHECK(random_salt() != random_salt());
  CHECK(random_seed() != random_seed());
}

TEST_CASE("a fingerprint distinguishes keys, and says nothing without its salt") {
  auto salt = random_salt();
  CHECK(key_fingerprint("sk_test_a", salt) == key_fingerprint("sk_test_a", salt));
  CHECK(key_fingerprint("sk_test_a", salt) != key_fingerprint("sk_test_b", salt));
  CHECK(key_fingerprint("sk_test_a", salt) != key_fingerprint("sk_test_a", random_salt()));
}
