// What the tests take from the rest of the repository: the built modules, the vectors, the sandbox.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** From build/tests/support, where this runs. */
const root = new URL("../../../../../", import.meta.url);

export function repositoryFile(path: string): URL {
  return new URL(path, root);
}

/** The same as a path; of a folder with its slash. */
export function repositoryPath(path: string): string {
  return fileURLToPath(repositoryFile(path));
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(repositoryFile(path), "utf8"));
}

/** Both builds of the action, by name. */
export const MODULES = {
  "wasi-sdk": "build/wasm/remove_contacts.wasm",
  Emscripten: "build/wasm-emscripten/remove_contacts.wasm",
} as const;
