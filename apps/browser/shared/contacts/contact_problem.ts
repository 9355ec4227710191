import type { TableView } from "./contact_groups.js";

/** Kinds of refusal, as ../../../contact-files/README.md names them, and those that only a page has. */
export type Refusal =
  | "sequence-column"
  | "no-sequence"
  | "no-contact"
  | "no-such-column"
  | "ambiguous"
  | "one-for-both"
  | "header-is-row"
  | "second-header"
  | "swallowed-row"
  | "broken-quotes"
  | "too-many-cells"
  | "odd-character"
  | "not-utf8"
  | "key"
  | "no-id"
  | "some-rows"
  | "empty"
  | "not-text"
  | "not-json"
  | "unreadable";

/** A list of contacts that cannot be used as it is. The message is for the person who gave it. */
export class ContactProblem extends Error {
  /** line: where, from 1. table: a person may say which columns are meant. */
  constructor(
    readonly refusal: Refusal,
    message: string,
    readonly line?: number,
    readonly table?: TableView,
  ) {
    super(message);
  }
}
