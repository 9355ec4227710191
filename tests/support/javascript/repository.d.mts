// Paths are relative to the top of the repository.
export function repositoryFile(path: string): URL;
/** Of a folder with its slash. */
export function repositoryPath(path: string): string;
export function readBytes(path: string): Uint8Array<ArrayBuffer>;
export function readJson(path: string): unknown;

/** Both builds of the action, by name. */
export const MODULES: {
  readonly "wasi-sdk": "build/wasm/remove_contacts.wasm";
  readonly Emscripten: "build/wasm-emscripten/remove_contacts.wasm";
};
export const REMOVE_CONTACTS: "build/wasm/remove_contacts.wasm";
