// Numbers, names and layouts of abi/action.h, version 1.1. A test compares them with abi/golden.json.

export const ABI_MAJOR = 1;
export const ABI_MINOR = 1;
export const ABI_VERSION = (ABI_MAJOR << 16) | ABI_MINOR;
export const HOST_MODULE = "action_host_v1";
export const MANIFEST_SECTION = "action_manifest";

/** What an event returns; a negative number is misuse. */
export const State = { DONE: 0, WAITING: 1, E_RUN: -1, E_EXCHANGE: -2, E_BUSY: -3, E_STRUCT: -4 } as const;

/** `action_http_response.error`: why there is no answer, or not a whole one. */
export const HttpError = {
  OK: 0,
  /** Anything that has no number of its own. */
  OTHER: 1,
  /** The name of the server has no address. */
  DNS: 2,
  /** No connection could be made. */
  CONNECT: 3,
  /** No trusted TLS session could be made. */
  TLS: 4,
  /** `timeoutMs` passed. */
  TIMEOUT: 5,
  /** The connection ended before the answer did. */
  RESET: 6,
  /** What came is not HTTP. */
  PROTOCOL: 7,
  /** The body passed `responseLimit`, or the headers passed 64 KiB. */
  TOO_LARGE: 8,
  /** The host refuses the request: method, target or header not allowed; it was not sent. */
  DENIED: 9,
  /** The host has no key for the connection; it was not sent. */
  NO_CREDENTIAL: 10,
  /** The host gave the exchange up by itself. */
  CANCELLED: 11,
  /** A redirect that the platform hides. */
  REDIRECT: 12,
} as const;
export type HttpError = (typeof HttpError)[keyof typeof HttpError];

/** `action_http_response.flags`: it is certain that no byte of the request left the host. */
export const NOT_SENT = 1;
/** The same: the platform may have sent the request more than once. */
export const MAY_HAVE_REPEATED = 2;

/** `action_progress.phase`, for people. */
export const Phase = { READY: 0, SENDING: 1, RATE_WINDOW: 2, BACK_OFF: 3 } as const;

// Offsets of members within their structs. `ptr` is the first member of action_bytes, `len` the second.
export const BYTES = { bytes: 8, ptr: 0, len: 4 } as const;
export const REQUEST = {
  bytes: 56,
  size: 0,
  timeout_ms: 4,
  response_limit: 8,
  connection: 16,
  method: 24,
  target: 32,
  headers: 40,
  body: 48,
} as const;
export const RESPONSE = { bytes: 32, size: 0, status: 4, error: 8, flags: 12, headers: 16, body: 24 } as const;
export const PROGRESS = {
  bytes: 48,
  size: 0,
  state: 4,
  wake_ms: 8,
  phase: 16,
  total: 20,
  confirmed: 24,
  failed: 28,
  open: 32,
  requests: 36,
  retries: 40,
} as const;

/** The functions that a module exports besides its actions, and their signatures. */
export const EXPORTS: Readonly<Record<string, string>> = {
  _initialize: "()->()",
  action_abi_version: "()->(i32)",
  action_manifest: "()->(i32)",
  action_alloc: "(i32)->(i32)",
  action_free: "(i32)->()",
  action_wake: "(i32,i64)->(i32)",
  action_http_done: "(i32,i32,i64,i32)->(i32)",
  action_cancel: "(i32,i64)->(i32)",
  action_status: "(i32)->(i32)",
  action_result: "(i32)->(i32)",
  action_release: "(i32)->()",
};
export const ACTION_SIGNATURE = "(i32,i32,i32,i64)->(i32)";

/** The imports that a module may have, of HOST_MODULE. */
export const IMPORTS: Readonly<Record<string, string>> = {
  http_send: "(i32,i32,i32)->()",
  http_cancel: "(i32,i32)->()",
};

/** The longest header block, either way. */
export const HEADER_BLOCK_LIMIT = 64 * 1024;
