/* What the probe saw, as records of a letter and little-endian numbers. action_conformance/log.py reads them. */
#pragma once

#include "memory.h"

enum { LOG_SIZE = 512 << 10, LARGEST_RECORD = 160 << 10 };
static uint8_t log_bytes[LOG_SIZE];
static uint32_t log_size;
static uint32_t records_lost;

static void note_bytes(const void *bytes, uint32_t count) {
  memcpy(log_bytes + log_size, bytes, count);
  log_size += count;
}
static void note(uint32_t value) {
  note_bytes(&value, 4);
}
static void note_time(uint64_t value) {
  note_bytes(&value, 8);
}

/* Result: whether the record may be written. Others are counted. */
static int begin_record(char kind) {
  if (log_size + LARGEST_RECORD > LOG_SIZE) {
    ++records_lost;
    return 0;
  }
  note_bytes(&kind, 1);
  return 1;
}

static uint32_t adler32(const uint8_t *bytes, uint32_t count) {
  uint32_t low = 1, high = 0;
  for (uint32_t i = 0; i < count;) {
    const uint32_t end = count - i > 5552 ? i + 5552 : count; /* so many fit into 32 bits */
    for (; i < end; ++i) high += low += bytes[i];
    low %= 65521;
    high %= 65521;
  }
  return high << 16 | low;
}

/* Length, checksum, and the first bytes: at most `most` of them. */
static void note_content(const uint8_t *bytes, uint32_t count, uint32_t most) {
  const uint32_t shown = count < most ? count : most;
  note(count);
  note(adler32(bytes, count));
  note(shown);
  note_bytes(bytes, shown);
}
