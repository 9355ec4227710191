/* The probe: a module whose input is a script of what it announces and when, and whose result is a log of what the host
 * did. The kit gives a case its own manifest, and exports that misbehave, by writing over two areas of the file:
 * `manifest`, which the custom section repeats, and `boot`. */
#include "../../action.h"

#include "log.h"
#include "memory.h"
#include "script.h"

ACTION_EXPORT(probe) uint32_t probe(uint8_t *input, uint32_t len, uint32_t flags, uint64_t seed);
ACTION_EXPORT(_initialize) void initialize(void);

static uint8_t manifest[4096] = {
#embed "probe.manifest.padded"
};
__asm__(".section .custom_section.action_manifest,\"\",@\n\t.incbin \"probe.manifest.padded\"\n");

enum export {
  INITIALIZE,
  ABI_VERSION,
  MANIFEST,
  ALLOC,
  FREE,
  ACTION,
  WAKE,
  DONE,
  CANCEL,
  STATUS,
  RESULT,
  RELEASE
};
enum behaviour { NORMAL = 1, TRAP, LOOP, OVERFLOW, SEND, GIVE_UP, ZERO, WILD, GROW, ONCE_ZERO, EDGE };

static volatile struct {
  char mark[16];
  uint8_t behaviour[12]; /* of each export */
  uint32_t version;      /* what action_abi_version returns */
  uint32_t end;          /* not 0: the linker leaves out zeros */
} boot = {{'P', 'R', 'O', 'B', 'E', '-', 'B', 'O', 'O', 'T', '-', 'A', 'R', 'E', 'A', '!'},
          {NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL},
          ACTION_ABI_VERSION,
          ~0u};

enum { WILD_POINTER = 0xfffffff0 };

/* ---- The run ---- */

enum { RUN = 1, MOST_EXCHANGES = 1 << 16, MOST_NEEDLES = 64 };
enum { NEVER, OPEN, ANSWERED, CANCELLED };
static uint8_t exchanges[MOST_EXCHANGES];
static uint32_t last_exchange;
static int started, ended, holds;
static uint32_t wakes, answers;
static action_progress progress;
static action_bytes manifest_range = {manifest, sizeof manifest};
static action_bytes result_range;
static uint32_t shown_bytes = 4096;
static int state_returned, has_state_returned;
static int result_moved;
static struct {
  uint32_t length;
  uint64_t hash;
} needles[MOST_NEEDLES];
static uint32_t needle_count;

/* ---- Calls that a host must not make ---- */

static int importing, inside;

/* Result: whether the call may go on. */
static int enter(enum export which) {
  if (importing || inside) {
    if (begin_record(importing ? 'E' : 'T')) note(which);
    return 0;
  }
  inside = 1;
  return 1;
}
static void leave(void) {
  inside = 0;
}

static void import_send(uint32_t run, uint32_t exchange, const action_http_request *request) {
  importing = 1;
  action_host_http_send(run, exchange, request);
  importing = 0;
}
static void import_cancel(uint32_t run, uint32_t exchange) {
  importing = 1;
  action_host_http_cancel(run, exchange);
  importing = 0;
}

__attribute__((noinline)) static uint32_t overflow(volatile uint32_t *depth) {
  volatile uint32_t deeper = *depth + 1;
  return overflow(&deeper) + deeper;
}

/* What an export was told to do in place of its work; a value that it returns is its own to give. */
static enum behaviour behave(enum export which) {
  const enum behaviour behaviour = boot.behaviour[which];
  static const uint8_t method[] = "GET", target[] = "/misplaced", connection[] = "main";
  action_http_request request = {sizeof request, 5000,         0,      0,     {connection, 4},
                                 {method, 3},    {target, 10}, {0, 0}, {0, 0}};
  volatile uint32_t depth = 0;
  switch (behaviour) {
    case TRAP:
      __builtin_trap();
    case LOOP:
      for (;;) ++depth;
    case OVERFLOW:
      overflow(&depth);
      break;
    case SEND:
      import_send(RUN, last_exchange + 1, &request);
      break;
    case GIVE_UP:
      import_cancel(RUN, 1);
      break;
    case GROW:
      grow(1);
      break;
    case ONCE_ZERO:
      boot.behaviour[which] = NORMAL;
      return ZERO;
    default:
      break;
  }
  return behaviour;
}

/* ---- What a script says ---- */

/* Announces a request out of bytes that are overwritten when http_send returns. */
static void send(const uint8_t **at) {
  uint32_t run = read_u32(at), exchange = read_u32(at), times = read_u32(at);
  action_http_request request = {sizeof request, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}};
  request.timeout_ms = read_u32(at);
  request.response_limit = read_u32(at);
  action_bytes *const ranges[] = {&request.connection, &request.method, &request.target, &request.headers,
                                  &request.body};
  const uint8_t *begin = *at;
  uint32_t size = 0;
  for (int i = 0; i < 5; ++i) {
    const uint32_t length = read_u32(&begin);
    begin += length;
    size += length;
  }
  static uint8_t *copy;
  static uint32_t copy_size;
  if (size > copy_size || copy == 0) {
    copy = take(size);
    copy_size = size;
  }
  uint8_t *next = copy;
  for (int i = 0; i < 5; ++i) {
    ranges[i]->len = read_u32(at);
    ranges[i]->ptr = next;
    memcpy(next, *at, ranges[i]->len);
    next += ranges[i]->len;
    *at += ranges[i]->len;
  }
  /* Members with another value, as of a module that is wrong. */
  const action_http_request *announced = &request;
  for (uint32_t left = read_u32(at); left > 0; --left) {
    const uint32_t offset = read_u32(at), value = read_u32(at);
    if (offset == ~0u)
      announced = (const action_http_request *)value;
    else
      memcpy((uint8_t *)&request + offset, &value, 4);
  }
  if (run == 0) run = RUN;
  for (; times > 0; --times) {
    const uint32_t number = exchange == 0 ? ++last_exchange : exchange == ~0u ? 0 : exchange; /* -1 says 0 */
    if (run == RUN && number < MOST_EXCHANGES && exchanges[number] == NEVER) {
      exchanges[number] = OPEN;
      if (number > last_exchange) last_exchange = number;
      ++progress.open;
    }
    ++progress.requests;
    if (times == 1 && begin_record('G')) note(run), note(number);
    import_send(run, number, announced);
  }
  memset(copy, 0xaa, size);
  memset(&request, 0xaa, sizeof request);
  __asm__ volatile("" ::"r"(&request), "r"(copy) : "memory");
}

static void give_up(uint32_t run, uint32_t exchange) {
  if (run == 0) run = RUN;
  if (run == RUN && exchange < MOST_EXCHANGES && exchanges[exchange] == OPEN) {
    exchanges[exchange] = CANCELLED;
    --progress.open;
  }
  if (begin_record('H')) note(run), note(exchange);
  import_cancel(run, exchange);
}

static void perform(const uint8_t *at, const uint8_t *end, uint64_t time) {
  while (at < end) {
    const uint8_t operation = *at++;
    switch (operation) {
      case 1:
        send(&at);
        break;
      case 2: {
        const uint32_t run = read_u32(&at), exchange = read_u32(&at);
        for (uint32_t left = read_u32(&at); left > 0; --left) give_up(run, exchange);
        break;
      }
      case 3:
        progress.wake_ms = time + read_u64(&at);
        break;
      case 4:
        progress.wake_ms = read_u64(&at);
        break;
      case 5:
        ended = 1;
        break;
      case 6:
        state_returned = (int)read_u32(&at);
        has_state_returned = 1;
        break;
      case 7: {
        const uint32_t which = read_u32(&at);
        boot.behaviour[which] = (uint8_t)read_u32(&at);
        break;
      }
      case 8:
        grow(read_u32(&at));
        break;
      case 9: {
        const uint32_t offset = read_u32(&at), value = read_u32(&at);
        memcpy((uint8_t *)&progress + offset, &value, 4);
        break;
      }
      case 10:
        result_range.ptr = (const uint8_t *)read_u32(&at);
        result_range.len = read_u32(&at);
        result_moved = 1;
        break;
      case 11:
        shown_bytes = read_u32(&at);
        break;
      case 12:
        holds = 1;
        break;
      case 13:
        __builtin_trap();
      case 14:
        for (volatile uint32_t n = 0;; ++n) {
        }
      case 15: /* works for a while, so that more comes meanwhile */
        for (volatile uint32_t left = read_u32(&at); left > 0; --left) {
        }
        break;
      default:
        __builtin_trap();
    }
  }
}

enum event { ON_START = 1, ON_WAKE, ON_DONE, ON_CANCEL, ON_ANSWER };

static void handle(enum event event, uint32_t number, uint64_t time) {
  const uint8_t *at = script, *const end = script + script_size;
  while (at < end) {
    const uint32_t kind = read_u32(&at), which = read_u32(&at), size = read_u32(&at);
    if (kind == event && (which == 0 || which == number)) perform(at, at + size, time);
    at += size;
  }
}

typedef uint64_t unaligned_u64 __attribute__((aligned(1)));

/* Where the bytes of a needle are in the memory, found by their rolling hash: the probe is never shown a key. Needles of
 * one length follow each other and are looked for together. */
static void look_for_needles(void) {
  const uint64_t factor = 1099511628211u;
  const uint8_t *const memory = (const uint8_t *)1;
  const uint32_t size = (uint32_t)(memory_bytes() - 1);
  for (uint32_t first = 0, behind; first < needle_count; first = behind) {
    const uint32_t length = needles[first].length;
    for (behind = first; behind < needle_count && needles[behind].length == length;) ++behind;
    uint64_t hash = 0, oldest = 1;
    for (uint32_t n = 1; n < length; ++n) oldest *= factor;
    for (uint32_t n = 0; n < size; ++n) {
      if (hash == 0 && n >= length && n + 8 < size && *(const unaligned_u64 *)(memory + n) == 0) {
        n += 7; /* most of the memory is zeros */
        continue;
      }
      if (n >= length) hash -= memory[n - length] * oldest;
      hash = hash * factor + memory[n];
      for (uint32_t i = first; n + 1 >= length && i < behind; ++i) {
        if (hash == needles[i].hash && begin_record('K')) note(i), note(n + 2 - length);
      }
    }
  }
}

static int finish(void) {
  if (!holds && progress.open == 0 && progress.wake_ms == 0) ended = 1;
  if (ended && progress.state == ACTION_WAITING) {
    progress.state = ACTION_DONE;
    progress.phase = ACTION_PHASE_READY;
    progress.wake_ms = 0;
    look_for_needles();
  }
  const int state = has_state_returned ? state_returned : progress.state;
  has_state_returned = 0;
  leave();
  return state;
}

/* ---- The exports ---- */

void initialize(void) {
  if (!enter(INITIALIZE)) return;
  begin_record('I');
  behave(INITIALIZE);
  leave();
}

uint32_t action_abi_version(void) {
  if (!enter(ABI_VERSION)) return 0;
  begin_record('V');
  behave(ABI_VERSION);
  leave();
  return boot.version;
}

const action_bytes *action_manifest(void) {
  if (!enter(MANIFEST)) return 0;
  begin_record('M');
  const enum behaviour behaviour = behave(MANIFEST);
  leave();
  if (behaviour == ZERO) return 0;
  return behaviour == WILD ? (const action_bytes *)WILD_POINTER : &manifest_range;
}

void *action_alloc(uint32_t size) {
  if (!enter(ALLOC)) return 0;
  const enum behaviour behaviour = behave(ALLOC);
  uint8_t *block = take(size);
  if (behaviour == ZERO) block = 0;
  if (behaviour == WILD) block = (uint8_t *)WILD_POINTER;
  if (behaviour == EDGE) block = (uint8_t *)(uint32_t)(memory_bytes() - 4);
  if (block != 0) remember_block((uint32_t)block, size);
  if (begin_record('A')) note(size), note((uint32_t)block);
  leave();
  return block;
}

void action_free(void *block) {
  if (!enter(FREE)) return;
  behave(FREE);
  const int64_t size = give_back((uint32_t)block);
  if (begin_record('F')) note((uint32_t)block), note((uint32_t)size);
  leave();
}

uint32_t probe(uint8_t *input, uint32_t len, uint32_t flags, uint64_t seed) {
  if (!enter(ACTION)) return 0;
  const int64_t size = give_back((uint32_t)input);
  if (begin_record('S')) note((uint32_t)input), note(len), note((uint32_t)size), note(flags), note_time(seed);
  const enum behaviour behaviour = behave(ACTION);
  started = 1;
  progress = (action_progress){sizeof progress, ACTION_WAITING, 1, ACTION_PHASE_READY, 0, 0, 0, 0, 0, 0, 0};
  if (size >= len) read_script(input, len);
  /* The needles come first: how many, then length and hash of each. */
  if (script_size >= 4) {
    const uint8_t *at = script;
    needle_count = read_u32(&at);
    for (uint32_t i = 0; i < needle_count; ++i) {
      needles[i].length = read_u32(&at);
      needles[i].hash = read_u64(&at);
    }
    script_size -= (uint32_t)(at - script);
    script = at;
  }
  handle(ON_START, 0, 0);
  leave();
  if (ended) progress.state = ACTION_DONE;
  return behaviour == ZERO ? 0 : behaviour == WILD ? 0xfffffff0 : RUN;
}

int32_t action_wake(uint32_t run, uint64_t now_ms) {
  if (!enter(WAKE)) return ACTION_E_BUSY;
  if (begin_record('W')) note(run), note_time(now_ms), note(progress.state), note_time(progress.wake_ms);
  behave(WAKE);
  if (run != RUN || !started) return leave(), ACTION_E_RUN;
  if (progress.state == ACTION_DONE) return leave(), ACTION_DONE;
  if (progress.wake_ms <= now_ms) progress.wake_ms = 0;
  progress.phase = ACTION_PHASE_SENDING;
  handle(ON_WAKE, ++wakes, now_ms);
  return finish();
}

/* The response as it is, and whether its ranges lie in its block. */
static void note_response(const action_http_response *response, int64_t block_size) {
  note_bytes(response, sizeof *response);
  const uint64_t at = (uint32_t)response, end = at + (uint64_t)block_size;
  const action_bytes ranges[] = {response->headers, response->body};
  for (int i = 0; i < 2; ++i) {
    const uint64_t begin = (uint32_t)ranges[i].ptr;
    const int lies_inside =
        block_size >= 32 && (ranges[i].len == 0 || (begin >= at + 32 && begin + ranges[i].len <= end));
    note((uint32_t)lies_inside);
    if (lies_inside) note_content(ranges[i].ptr, ranges[i].len, i == 0 ? 72 << 10 : shown_bytes);
  }
}

int32_t action_http_done(uint32_t run, uint32_t exchange, uint64_t now_ms, action_http_response *response) {
  if (!enter(DONE)) return ACTION_E_BUSY;
  const int64_t size = give_back((uint32_t)response);
  const uint8_t before = exchange < MOST_EXCHANGES ? exchanges[exchange] : NEVER;
  if (begin_record('D')) {
    note(run), note(exchange), note_time(now_ms), note(progress.state), note(before),
        note((uint32_t)response), note((uint32_t)size);
    if (size >= 32) note_response(response, size);
  }
  behave(DONE);
  if (run != RUN || !started) return leave(), ACTION_E_RUN;
  if (progress.state == ACTION_DONE) return leave(), ACTION_DONE;
  if (before != OPEN) return leave(), ACTION_E_EXCHANGE;
  if (response != 0 && size < 32) return leave(), ACTION_E_STRUCT;
  exchanges[exchange] = ANSWERED;
  --progress.open;
  if (progress.wake_ms != 0 && progress.wake_ms <= now_ms && progress.phase == ACTION_PHASE_READY)
    progress.wake_ms = 0;
  handle(ON_DONE, exchange, now_ms);
  handle(ON_ANSWER, ++answers, now_ms);
  return finish();
}

int32_t action_cancel(uint32_t run, uint64_t now_ms) {
  if (!enter(CANCEL)) return ACTION_E_BUSY;
  if (begin_record('C')) note(run), note_time(now_ms), note(progress.state);
  behave(CANCEL);
  if (run != RUN || !started) return leave(), ACTION_E_RUN;
  if (progress.state == ACTION_DONE) return leave(), ACTION_DONE;
  for (uint32_t exchange = 1; exchange <= last_exchange && exchange < MOST_EXCHANGES; ++exchange)
    if (exchanges[exchange] == OPEN) give_up(RUN, exchange);
  ended = 1;
  handle(ON_CANCEL, 0, now_ms);
  return finish();
}

const action_progress *action_status(uint32_t run) {
  if (!enter(STATUS)) return 0;
  const enum behaviour behaviour = behave(STATUS);
  leave();
  if (run != RUN || !started || behaviour == ZERO) return 0;
  if (behaviour == WILD) return (const action_progress *)WILD_POINTER;
  if (behaviour == EDGE) return (const action_progress *)(uint32_t)(memory_bytes() - 4);
  return &progress;
}

static uint8_t *result_text;

const action_bytes *action_result(uint32_t run) {
  if (!enter(RESULT)) return 0;
  const enum behaviour behaviour = behave(RESULT);
  leave();
  if (run != RUN || progress.state != ACTION_DONE || behaviour == ZERO) return 0;
  if (behaviour == WILD) return (const action_bytes *)WILD_POINTER;
  if (behaviour == EDGE) return (const action_bytes *)(uint32_t)(memory_bytes() - 4);
  if (result_moved || result_text != 0) return &result_range;
  static const char digits[] = "0123456789abcdef", head[] = "{\"log\":\"", tail[] = "\"}";
  if (begin_record('Z')) note(records_lost), note(wakes);
  result_text = take(2 * log_size + 16);
  if (result_text == 0) __builtin_trap();
  uint8_t *out = result_text;
  for (const char *c = head; *c != 0; ++c) *out++ = (uint8_t)*c;
  for (uint32_t i = 0; i < log_size; ++i) {
    *out++ = (uint8_t)digits[log_bytes[i] >> 4];
    *out++ = (uint8_t)digits[log_bytes[i] & 15];
  }
  for (const char *c = tail; *c != 0; ++c) *out++ = (uint8_t)*c;
  result_range = (action_bytes){result_text, (uint32_t)(out - result_text)};
  return &result_range;
}

/* Whoever has not copied the result reads crosses from now on. */
void action_release(uint32_t run) {
  if (!enter(RELEASE)) return;
  behave(RELEASE);
  if (run == RUN && result_text != 0) memset(result_text, 'x', result_range.len);
  leave();
}
