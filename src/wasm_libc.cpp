// Functions that the module takes from here instead of from the C and C++ libraries, for two reasons. The
// libraries' own would pull in I/O, and with it imports that the host does not have (abort_message, snprintf,
// verbose_abort). Or they are large and do more than is needed here (strtoull, strtod), or are slower than an
// instruction of the machine (memcpy).
//
// Not compiled with link-time optimization: the linker may still ask for these names after it.
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#if __has_include(<__verbose_abort>)
#include <__verbose_abort>
#endif

extern "C" {

// The last words of libc++abi before it aborts: it would print to standard error. Source: libc++abi's
// abort_message.h.
[[noreturn]] void abort_message(const char *, ...) {
  __builtin_trap();
}

// Formats the one thing that nlohmann/json asks for, a byte of its input in hexadecimal ("<U+%.4X>"): each
// conversion takes an unsigned int and gives at least four digits. Result: the length without the limit, as
// in C. The library's own would bring along 10 KB and standard output.
int snprintf(char *out, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  size_t length = 0;
  const auto put = [&](char c) {
    if (length + 1 < size) out[length] = c;
    length++;
  };
  for (const char *at = format; *at != '\0'; at++) {
    if (*at != '%') {
      put(*at);
      continue;
    }
    while (at[1] == '.' || (at[1] >= '0' && at[1] <= '9')) at++;
    if (at[1] == '\0') break;
    const bool capital = *++at == 'X';
    const uint32_t value = va_arg(arguments, uint32_t);
    unsigned digits = 4;
    while (digits < 8 && (value >> (4 * digits)) != 0) digits++;
    while (digits-- > 0)
      put((capital ? "0123456789ABCDEF" : "0123456789abcdef")[(value >> (4 * digits)) & 15]);
  }
  va_end(arguments);
  if (size > 0) out[length < size ? length : size - 1] = '\0';
  return static_cast<int>(length);
}

// The bulk memory instructions.
void *memcpy(void *__restrict to, const void *__restrict from, size_t size) {
  return __builtin_memcpy(to, from, size);
}
void *memmove(void *to, const void *from, size_t size) {
  return __builtin_memmove(to, from, size);
}
void *memset(void *to, int value, size_t size) {
  return __builtin_memset(to, value, size);
}

// Integers as nlohmann/json's lexer passes them: checked against JSON's grammar, in decimal.
unsigned long long strtoull(const char *__restrict text, char **__restrict end, int) {
  uint64_t value = 0;
  for (; *text >= '0' && *text <= '9'; text++) {
    const uint64_t digit = static_cast<uint64_t>(*text - '0');
    if (value > (UINT64_MAX - digit) / 10) errno = ERANGE;
    value = value * 10 + digit;
  }
  *end = const_cast<char *>(text);
  return value;
}
long long strtoll(const char *__restrict text, char **__restrict end, int base) {
  const bool negative = *text == '-';
  const uint64_t value = strtoull(text + negative, end, base);
  if (value > uint64_t{INT64_MAX} + negative) errno = ERANGE;
  return static_cast<long long>(negative ? -value : value);
}

// The lexer converts each fraction. The action uses none, and only has to know that one was there. Result: 0.
double strtod(const char *__restrict text, char **__restrict end) {
  while (*text != '\0') text++;
  *end = const_cast<char *>(text);
  return 0;
}

// Their neighbours, which libc++ names in functions that nothing calls.
long strtol(const char *__restrict, char **__restrict, int) {
  __builtin_trap();
}
unsigned long strtoul(const char *__restrict, char **__restrict, int) {
  __builtin_trap();
}
float strtof(const char *__restrict, char **__restrict) {
  __builtin_trap();
}
long double strtold(const char *__restrict, char **__restrict) {
  __builtin_trap();
}

#if defined(__EMSCRIPTEN__)
// Emscripten's runtime announces growth to its JavaScript, and ends through WASI; there is neither here.
void emscripten_notify_memory_growth(size_t) {}
void _Exit(int) {
  __builtin_trap();
}

// Its libc++abi is built with assertions unless the linker gets an -O, and a failed one would print to standard error.
void __assert_fail(const char *, const char *, int, const char *) {
  __builtin_trap();
}
#endif
}

// The library's own would call a handler and, if built with exceptions, as Ubuntu's is, throw one.
void *operator new(size_t size) {
  void *memory = std::malloc(size);
  if (memory == nullptr) __builtin_trap();
  return memory;
}
void operator delete(void *memory) noexcept {
  std::free(memory);
}
void operator delete(void *memory, size_t) noexcept {
  std::free(memory);
}

#if !defined(__EMSCRIPTEN__)
// All that the lexer does with a string; the library's may throw as well.
template void std::string::push_back(char);
#endif

// libc++'s documented override for a failed check. Its own prints to standard error.
#if __has_include(<__verbose_abort>)
#ifndef _LIBCPP_VERBOSE_ABORT_NOEXCEPT
#define _LIBCPP_VERBOSE_ABORT_NOEXCEPT
#endif
void std::__libcpp_verbose_abort(const char *, ...) _LIBCPP_VERBOSE_ABORT_NOEXCEPT {
  __builtin_trap();
}
#endif
