// What the tests take from the rest of the repository: the built modules, the vectors, the golden list.
import { readFileSync } from "node:fs";

/** From build/tests/support, where this runs. */
const root = new URL("../../../../../", import.meta.url);

export function repositoryFile(path: string): URL {
  return new URL(path, root);
}

export function readBytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(repositoryFile(path)));
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(repositoryFile(path), "utf8"));
}

/** Both builds of the action, by name. */
export const MODULES = {
  "wasi-sdk": "build/wasm/remove_contacts.wasm",
  Emscripten: "build/wasm-emscripten/remove_contacts.wasm",
} as const;

export const REMOVE_CONTACTS = MODULES["wasi-sdk"];
