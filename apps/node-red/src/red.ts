// What this package uses of Node-RED's interface.
export interface Message {
  _msgid?: string;
  payload?: unknown;
  stop?: unknown;
  [member: string]: unknown;
}

export type Send = (messages: (Message | null)[]) => void;
export type Done = (error?: Error) => void;

export interface Context {
  get(key: string, store: string, callback: (error: Error | null | undefined, value: unknown) => void): void;
  set(key: string, value: unknown, store: string, callback: (error?: Error | null) => void): void;
}

export interface Status {
  fill?: "red" | "green" | "yellow" | "blue" | "grey";
  shape?: "ring" | "dot";
  text?: string;
}

export interface Node {
  id: string;
  credentials?: Record<string, string | undefined>;
  context(): Context;
  status(status: Status): void;
  warn(text: string): void;
  error(error: Error | string, message?: Message): void;
  send: Send;
  on(event: "input", listener: (message: Message, send: Send, done: Done) => void): void;
  on(event: "close", listener: (removed: boolean, done: () => void) => void): void;
}

export interface Red {
  nodes: {
    createNode(node: unknown, definition: unknown): void;
    registerType(name: string, constructor: unknown, options?: unknown): void;
    getNode(id: string): unknown;
  };
  _(key: string, values?: Record<string, unknown>): string;
}
