// Files of the repository: the built modules, the vectors, the manifest.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);

export function repositoryFile(path) {
  return new URL(path, root);
}

export function repositoryPath(path) {
  return fileURLToPath(repositoryFile(path));
}

export function readBytes(path) {
  return new Uint8Array(readFileSync(repositoryFile(path)));
}

export function readJson(path) {
  return JSON.parse(readFileSync(repositoryFile(path), "utf8"));
}

export const MODULES = {
  "wasi-sdk": "build/wasm/remove_contacts.wasm",
  Emscripten: "build/wasm-emscripten/remove_contacts.wasm",
};

export const REMOVE_CONTACTS = MODULES["wasi-sdk"];
