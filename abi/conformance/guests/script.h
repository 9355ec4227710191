/* The script: handlers, each of them for one kind of event, with what is to be done. action_conformance/script.py
 * writes it. */
#pragma once

#include <stdint.h>

static const uint8_t *script;
static uint32_t script_size;

static uint32_t read_u32(const uint8_t **at) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value |= (uint32_t)*(*at)++ << (8 * i);
  return value;
}
static uint64_t read_u64(const uint8_t **at) {
  const uint64_t low = read_u32(at);
  return low | (uint64_t)read_u32(at) << 32;
}

static int digit(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The input is {"script":"<hexadecimal digits>"}. A host may have written it anew, so white space may differ. The bytes
 * are put over the digits. */
static void read_script(uint8_t *input, uint32_t size) {
  uint8_t *in = input, *const end = input + size, *out = input;
  while (in < end && *in != ':') ++in;
  while (in < end && *in != '"') ++in;
  for (++in; in + 1 < end && digit(in[0]) >= 0 && digit(in[1]) >= 0; in += 2)
    *out++ = (uint8_t)(digit(in[0]) << 4 | digit(in[1]));
  script = input;
  script_size = (uint32_t)(out - input);
}
