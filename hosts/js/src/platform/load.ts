import { ActionModule, HostError } from "../core/index.js";

/** Where a module may come from. A string is a URL; in a page it may be relative to the page. */
export type ModuleSource =
  Uint8Array | ArrayBuffer | WebAssembly.Module | Response | PromiseLike<Response> | URL | string;

function unreadable(why: string): never {
  throw new HostError("unreadable", `the module cannot be loaded: ${why}`);
}

/**
 * Compiled while it arrives. The bytes are kept too, since only they show signatures and limits. If the server does not
 * call it application/wasm, the engine refuses; then the bytes are compiled.
 */
async function fromResponse(response: Response): Promise<ActionModule> {
  if (!response.ok) unreadable(`the server answered ${String(response.status)}`);
  const streamed = WebAssembly.compileStreaming(response.clone()).catch(() => undefined);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch {
    return unreadable("the connection ended early");
  }
  return ActionModule.fromBytes(bytes, await streamed);
}

async function fromUrl(url: string): Promise<ActionModule> {
  if (/^file:/i.test(url)) unreadable("file: URLs are not fetched; read the file and pass its bytes");
  let response: Response;
  try {
    response = await fetch(url);
  } catch {
    return unreadable(`${url} could not be fetched`);
  }
  return fromResponse(response);
}

/**
 * Loads a module, checks it and compiles it; none of its code is run. Throws HostError: unreadable; not-wasm;
 * wrong-abi, naming what is wrong.
 */
export async function loadModule(source: ModuleSource): Promise<ActionModule> {
  if (source instanceof WebAssembly.Module) return ActionModule.fromCompiled(source);
  if (source instanceof Uint8Array) return ActionModule.fromBytes(new Uint8Array(source));
  if (source instanceof ArrayBuffer) return ActionModule.fromBytes(new Uint8Array(source));
  if (typeof source === "string") return fromUrl(source);
  if (source instanceof URL) return fromUrl(source.href);
  return fromResponse(await source);
}
