// What a key and a base URL must be. The credential's test and a run both check these patterns, so that they agree; they
// are patterns because n8n evaluates the test as an expression.
import { KEY_FIELD } from "./generated/manifest";

export const VISIBLE_KEY = /^[!-~]{8,}$/;
export const OUR_KEY = new RegExp(KEY_FIELD.pattern);
/** A key that was copied while it was hidden, or an example of one. */
export const PLACEHOLDER_KEY = /\*{3}|\.{3}|[<>]|_x+$/i;

const GOOD_SERVER = String.raw`https:\/\/[^\/?#@\\]+|http:\/\/(localhost|127(\.\d+){1,3}|\[::1\])(:\d+)?`;
/**
 * https, or http to this machine; no user name, query, fragment, empty segment or step up. Of this machine's addresses
 * only those that a person can read: 2130706433 is 127.0.0.1, too.
 */
export const GOOD_BASE_URL = new RegExp(
  String.raw`^(?=[!-~]+$)(?!.*%(2[5ef]|5c))(${GOOD_SERVER})(\/(?!\.\.?([;\/]|$))[^\/?#\\]+)*$`,
  "i",
);
