// A request and its response, as they pass between the host and a sender.
import type { HttpError } from "./abi.js";

/** A request that was checked and may be sent as it is. */
export interface HttpRequest {
  /** The manifest's name of the connection: whose credential it is for. */
  connection: string;
  /** GET, HEAD, POST, PUT, PATCH or DELETE. */
  method: string;
  /** Base URL and target. To be sent without being rewritten. */
  url: string;
  /**
   * In order. Values are byte strings: one character per byte. They include the credential, unless the connection says
   * that `send` adds it.
   */
  headers: [name: string, value: string][];
  /** To be sent byte for byte, also with a DELETE. */
  body: Uint8Array<ArrayBuffer> | undefined;
  /** For the whole exchange. The host enforces it by the signal; a sender may use it for its own limit. */
  timeoutMs: number;
  /** Bytes of the decoded body. The host cuts a longer one; a sender that stops reading saves the transfer. */
  responseLimit: number;
}

/** What became of a request. */
export interface HttpAnswer {
  /** 200 to 599; 0: no status came. */
  status: number;
  /** 0, or why there is no response or not a whole one. May accompany a status. */
  error: HttpError;
  /** It is certain that no byte of the request was sent. Set it if no connection was made, and only then. */
  notSent: boolean;
  /**
   * The platform may have sent the request more than once, so a success may count too few. Leave it out only if that is
   * ruled out.
   */
  mayHaveRepeated?: boolean;
  /**
   * Nothing is known, since the process that was sending the request died; the other members are ignored. Unlike a
   * failure, this uses up no attempt.
   */
  isLost?: boolean;
  /** Of the final response; names in any letter case. Values as byte strings. */
  headers: Iterable<readonly [string, string]>;
  /** Decoded; cut off if `error` says so. */
  body: Uint8Array;
  /** What the platform says about an error, for a person. The key in it is overwritten; the module never sees it. */
  detail?: string;
}

/**
 * Sends one request and waits for the whole response. It follows no redirects, keeps no cookies and never retries; a
 * 4xx or 5xx is a response. When the signal is aborted it gives up, and may resolve with what has arrived so far. A
 * rejection is treated as error OTHER of a request that may have been carried out; its text is dropped, since it may
 * hold the key.
 */
export type Send = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

/** A response in the module's own form. */
export interface AnswerBlock {
  status: number;
  error: number;
  flags: number;
  headers: Uint8Array;
  body: Uint8Array;
}

/** A response without a status. */
export function noAnswer(error: HttpError, notSent: boolean, detail = ""): HttpAnswer {
  return { status: 0, error, notSent, headers: [], body: new Uint8Array(0), detail };
}
