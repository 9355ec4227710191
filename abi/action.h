/* SPDX-License-Identifier: MIT
 *
 * action.h: the C ABI between a workflow engine (the host) and an action module. Version 1.1.
 *
 * The whole sequence of calls:
 *
 *     _initialize();                                           once, before anything else
 *     p = action_alloc(len); write the input JSON to p;
 *     run = ACTION(p, len, 0, seed);                           the action's own export; p is taken over
 *     state = action_wake(run, now);                           the module calls http_send, 0..n times
 *     while (state == ACTION_WAITING) {
 *         wait for a response, or for action_status(run)->wake_ms
 *         state = action_http_done(run, exchange, now, response);    or action_wake(run, now)
 *     }
 *     read *action_result(run);
 *     action_release(run);
 *
 * The module has no clock, no randomness and no sockets: time and seed come in, requests go out through
 * `http_send`, which only announces them. ABI.md beside this file is the normative text, with every rule for
 * hosts and modules; this header is normative for names, layouts and numbers.
 *
 * Threads: one instance is entered by one thread at a time. An export called from inside an import is
 * refused.
 *
 * Ownership, in four words. borrowed: valid until the call returns. lent: valid until the named event. taken
 * over: the callee frees it, whatever it returns. copied: the callee keeps nothing of the caller's.
 *
 * Frozen for wasm32 little-endian, where a pointer has four bytes. A native build of the same header, with
 * the platform's pointers, serves tests.
 */
#ifndef ACTION_H
#define ACTION_H

#include <stdint.h>

#ifdef __cplusplus
#define ACTION_EXTERN_C extern "C"
#else
#define ACTION_EXTERN_C extern
#endif

/* How a declaration becomes an export or an import. Outside of wasm both are plain C functions. */
#if defined(__wasm__)
#define ACTION_EXPORT(name) ACTION_EXTERN_C __attribute__((export_name(#name), visibility("default")))
#define ACTION_IMPORT(name) \
  ACTION_EXTERN_C __attribute__((import_module(ACTION_HOST_MODULE), import_name(#name)))
#else
#define ACTION_EXPORT(name) ACTION_EXTERN_C
#define ACTION_IMPORT(name) ACTION_EXTERN_C
#endif

/* The version of this ABI: major << 16 | minor. A host refuses another major, and accepts any minor of its
 * own. */
#define ACTION_ABI_MAJOR 1u
#define ACTION_ABI_MINOR 1u
#define ACTION_ABI_VERSION ((ACTION_ABI_MAJOR << 16) | ACTION_ABI_MINOR)

/* The WebAssembly module name of the two imports, and the name of the custom section that holds the manifest,
 * whose member `abiVersion` gives the version before anything is instantiated. */
#define ACTION_HOST_MODULE "action_host_v1"
#define ACTION_SECTION_MANIFEST "action_manifest"

/* What an event returns. Not negative: the state of the run after it. Negative: misuse, whose only effect is
 * that any block passed in has been freed. */
enum {
  ACTION_DONE = 0,    /* the run has ended; action_result has its result; further events change nothing */
  ACTION_WAITING = 1, /* for a response, or for the time in action_progress.wake_ms */
  ACTION_E_RUN = -1,  /* no such run: never started, or released */
  ACTION_E_EXCHANGE = -2, /* the exchange has had its response, or was never announced */
  ACTION_E_BUSY = -3,     /* an export was called from inside an import */
  ACTION_E_STRUCT = -4    /* a `size` below version 1's, a range that leaves its block, or no block */
};

/* Why an exchange has no response, or an incomplete one (action_http_response.error). An unknown number is
 * read as OTHER. Numbers are never reused. */
enum {
  ACTION_HTTP_OK = 0,
  ACTION_HTTP_OTHER = 1,
  ACTION_HTTP_DNS = 2,       /* the server's name has no address */
  ACTION_HTTP_CONNECT = 3,   /* no connection could be made */
  ACTION_HTTP_TLS = 4,       /* no trusted TLS session could be made */
  ACTION_HTTP_TIMEOUT = 5,   /* timeout_ms passed */
  ACTION_HTTP_RESET = 6,     /* the connection ended before the response did */
  ACTION_HTTP_PROTOCOL = 7,  /* what arrived is not HTTP */
  ACTION_HTTP_TOO_LARGE = 8, /* the body exceeds response_limit, or the headers 64 KiB; the start is there */
  ACTION_HTTP_DENIED = 9,    /* the host refuses this request: target, header or method not allowed */
  ACTION_HTTP_NO_CREDENTIAL = 10, /* the host has no key for the connection */
  ACTION_HTTP_CANCELLED = 11,     /* the host gave the exchange up on its own */
  ACTION_HTTP_REDIRECT =
      12 /* a redirect that the platform hides; where it shows one, its 3xx status is delivered */
};

/* action_http_response.flags */
enum {
  ACTION_HTTP_NOT_SENT = 1,         /* it is certain that no byte of the request left the host */
  ACTION_HTTP_MAY_HAVE_REPEATED = 2 /* the platform may have sent the request more than once. Since 1.1 */
};

/* action_progress.phase; an unknown one is read as SENDING */
enum {
  ACTION_PHASE_READY = 0,       /* before the first action_wake, and when DONE */
  ACTION_PHASE_SENDING = 1,     /* requests are open, or about to be */
  ACTION_PHASE_RATE_WINDOW = 2, /* waiting for the API's rate window until wake_ms */
  ACTION_PHASE_BACK_OFF = 3     /* waiting after a failure until wake_ms */
};

/* A range of bytes. 8 bytes; it never grows. With len 0, ptr is not read and may be anything. */
typedef struct {
  const uint8_t *ptr;
  uint32_t len;
} action_bytes;

/* A request, module -> host. Borrowed: the host copies what it needs before http_send returns. */
typedef struct {
  uint32_t size;       /*  0: 56, the bytes of this struct that the module filled */
  uint32_t timeout_ms; /*  4: from receiving the request to the last byte of the body; 0: the host's own */
  uint32_t response_limit; /*  8: bytes of the decoded body; over it: TOO_LARGE; 0: the host's own */
  uint32_t reserved;       /* 12: 0 */
  action_bytes connection; /* 16: whose base URL and credential, a name of the manifest's connections */
  action_bytes method;     /* 24: "DELETE" */
  action_bytes target;     /* 32: path and query; begins with one "/"; printable ASCII */
  action_bytes headers;    /* 40: name ":" value CRLF, in order, no closing line, at most 64 KiB */
  action_bytes body;       /* 48: sent byte for byte */
} action_http_request;

/* A response, host -> module: the start of ONE action_alloc block that also holds both ranges. */
typedef struct {
  uint32_t size;   /*  0: 32, the bytes of this struct that the host filled */
  uint32_t status; /*  4: 200..599, or 0: no status came */
  uint32_t error;  /*  8: ACTION_HTTP_*; may come with a status; status 0 with error 0 is read as OTHER */
  uint32_t flags;  /* 12: ACTION_HTTP_NOT_SENT, ACTION_HTTP_MAY_HAVE_REPEATED; other bits are ignored */
  action_bytes headers; /* 16: as in the request; repeated headers stay lines where the platform shows them */
  action_bytes body;    /* 24: decoded; complete, or cut at the limit */
} action_http_response;

/* The progress of a run. Lent until the next call on the run. A host reads wake_ms after every event. */
typedef struct {
  uint32_t size; /*  0: 48, the bytes of this struct that the module filled */
  int32_t state; /*  4: ACTION_DONE or ACTION_WAITING */
  uint64_t
      wake_ms; /*  8: unix time in ms; 0: no wake wanted; <= now: as soon as other queued events are done */
  uint32_t phase;     /* 16: ACTION_PHASE_* */
  uint32_t total;     /* 20: items to process (contacts), without invalid ones and duplicates */
  uint32_t confirmed; /* 24: items that the API confirmed */
  uint32_t failed;    /* 28: items refused, or unknown with no try left; not those never sent */
  uint32_t open;      /* 32: requests announced that have no response yet */
  uint32_t requests;  /* 36: requests announced so far */
  uint32_t retries;   /* 40: how many of those repeat an earlier one */
  uint32_t reserved;  /* 44: 0 */
} action_progress;

/* Imports: what the host supplies. Neither throws, traps or calls an export. Both only announce. */

/* Announces a request. Effect: the host will send it and deliver its response with one action_http_done, later,
 * outside this call; a refusal (bad target, no key) is also a response. run: whose. exchange: 1, 2, 3 …
 * within the run. request: borrowed. Since 1. */
ACTION_IMPORT(http_send)
void action_host_http_send(uint32_t run, uint32_t exchange, const action_http_request *request);

/* Gives up an exchange. Effect: the host may stop it, and delivers nothing more for it. Since 1. */
ACTION_IMPORT(http_cancel)
void action_host_http_cancel(uint32_t run, uint32_t exchange);

/* Exports: what the module supplies, beside `memory` and `_initialize`. A run is 1 … 0x7fffffff, never
 * reused. now_ms is unix time that never runs backwards within a host; the module clamps one that does. */

/* The ABI the module was built for: ACTION_ABI_VERSION of its header. Since 1. */
ACTION_EXPORT(action_abi_version)
uint32_t action_abi_version(void);

/* The manifest, UTF-8 JSON, the same bytes as the custom section. Lent for the instance's life. Since 1. */
ACTION_EXPORT(action_manifest)
const action_bytes *action_manifest(void);

/* A block of `size` bytes, 8-aligned, to be passed to an action or to action_http_done. Result: 0 when
 * there is no memory, or inside an import. Since 1. */
ACTION_EXPORT(action_alloc)
void *action_alloc(uint32_t size);

/* Frees a block of action_alloc that was never passed to the module. 0 is allowed. Since 1. */
ACTION_EXPORT(action_free)
void action_free(void *block);

/* Declares the export of an action, in the action's own header: `ACTION_START(remove_contacts);`. The export
 * starts a run. Effect: reads and checks the input; calls no import; the first action_wake sends. input: a
 * block of action_alloc with UTF-8 JSON in its first len bytes, taken over. flags: 0; a run with another bit
 * ends at once and says so. seed: any number; jitter comes from it. Result: the run, or 0: no memory, no
 * numbers left, input is not such a block, or called inside an import. A bad input gives a run that is DONE at
 * once, with a result that says why. Since 1. */
#define ACTION_START(name) \
  ACTION_EXPORT(name) uint32_t name(uint8_t *input, uint32_t len, uint32_t flags, uint64_t seed)

/* Reports the time. Effect: the first one starts the run; early, late and extra ones are harmless.
 * Result: state. E_RUN, E_BUSY. Since 1. */
ACTION_EXPORT(action_wake)
int32_t action_wake(uint32_t run, uint64_t now_ms);

/* Delivers the response to an exchange, in any order, at most one each. response: a block of action_alloc,
 * taken over; 0: the response is lost and nothing is known. Result: state. E_RUN; E_EXCHANGE: it has had its
 * response, or was never announced; E_STRUCT: size below 32, or a range outside the block (the exchange stays
 * open); E_BUSY. Since 1. */
ACTION_EXPORT(action_http_done)
int32_t action_http_done(uint32_t run, uint32_t exchange, uint64_t now_ms, action_http_response *response);

/* Ends the run at once. Effect: http_cancel for each open exchange; what was open counts as unknown.
 * Idempotent. Result: DONE. E_RUN, E_BUSY. Since 1. */
ACTION_EXPORT(action_cancel)
int32_t action_cancel(uint32_t run, uint64_t now_ms);

/* The progress of the run. Lent until the next call on the run. Result: 0: no such run, or inside an import.
 * Since 1. */
ACTION_EXPORT(action_status)
const action_progress *action_status(uint32_t run);

/* The result, UTF-8 JSON. Lent until action_release. Result: 0 until the run is DONE, never 0 then; 0 for no
 * such run, or inside an import. Since 1. */
ACTION_EXPORT(action_result)
const action_bytes *action_result(uint32_t run);

/* Forgets a run, in any state, and returns its memory. Effect: calls no import, so cancel first if requests are
 * still open. Unknown runs, and calls inside an import, do nothing. Since 1. */
ACTION_EXPORT(action_release)
void action_release(uint32_t run);

#endif
