// A server of static files on this machine, for the playground and for its tests.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/**
 * What the playground needs and nothing more: its own files, WebAssembly, the icon in the manifest, and the servers that
 * a user may name (https anywhere, http on this machine).
 */
export const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; object-src 'none'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "connect-src 'self' https: http://127.0.0.1:* http://localhost:*";

/** The file of a request, or undefined: there is none, or the path leads out of the folders. */
function fileOf(folders, path) {
  const plain = normalize(decodeURIComponent(path));
  if (plain.split("/").includes("..")) return undefined;
  for (const [prefix, folder] of Object.entries(folders)) {
    if (!plain.startsWith(prefix)) continue;
    const file = join(folder, plain.slice(prefix.length), plain.endsWith("/") ? "index.html" : "");
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
  }
  return undefined;
}

/**
 * Serves each folder under its prefix, which begins and ends with a slash, on 127.0.0.1. `headers` are added to every
 * response; `types` replace content types by file ending. Port 0 is any free one. Returns the address without a slash
 * at its end, and close(), which ends open connections too.
 *
 * @param {Record<string, string>} folders
 * @param {{ port?: number, headers?: Record<string, string>, types?: Record<string, string> }} [options]
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serveFolders(folders, { port = 0, headers = {}, types = {} } = {}) {
  const server = createServer((request, response) => {
    let file;
    try {
      file = fileOf(folders, new URL(request.url ?? "/", "http://localhost").pathname);
    } catch {
      file = undefined; // not percent-encoded as it should be
    }
    if (file === undefined) {
      response.writeHead(404, headers).end("not found\n");
      return;
    }
    const type = { ...TYPES, ...types }[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "cache-control": "no-store", ...headers });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = server.address();
  const number = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${String(number)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
