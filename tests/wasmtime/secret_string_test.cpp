#include "secret_string.hpp"

#include <sstream>
#include <type_traits>

#include "catch.hpp"

using skipcall::host::SecretString;

template <typename T, typename = void>
struct IsPrintable : std::false_type {};
template <typename T>
struct IsPrintable<T, std::void_t<decltype(std::declval<std::ostream &>() << std::declval<T>())>>
    : std::true_type {};

static_assert(!std::is_copy_constructible_v<SecretString> && !std::is_copy_assignable_v<SecretString>);
static_assert(!IsPrintable<SecretString>::value, "a secret must not reach a log by mistake");
static_assert(!std::is_convertible_v<SecretString, std::string>);

TEST_CASE("a secret moves without leaving a copy behind") {
  for (size_t length : {8u, 200u}) {
    SecretString first{std::string(length, 'k')};
    SecretString second(std::move(first));
    CHECK(second.reveal() == std::string(length, 'k'));
    CHECK(first.empty());
    SecretString third;
    third = std::move(second);
    CHECK(third.reveal().size() == length);
    CHECK(second.empty());
  }
}

TEST_CASE("wiping overwrites the bytes in place") {
  std::string text(200, 'k');
  const volatile char *bytes = text.data();
  SecretString::wipe(text);
  CHECK(text.empty());
  for (size_t i = 0; i < 200; ++i) REQUIRE(bytes[i] == 0);
}
