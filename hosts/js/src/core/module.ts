// Whether a WebAssembly module speaks the action ABI, judged before it is instantiated (ABI.md, a host's duty 1).
import { ACTION_SIGNATURE, EXPORTS, HOST_MODULE, IMPORTS, SECTION_MANIFEST } from "./abi.js";
import { HostError } from "./host_error.js";
import { type Manifest, parseManifest, wrongAbi } from "./manifest.js";
import { sha256 } from "./sha256.js";
import { parseWasm, type WasmFile } from "./wasm_file.js";

/** 256 MiB, in pages. An engine gives a module what its own maximum allows, so a larger one is refused. */
const MOST_PAGES = 4096;
/** An engine allocates a table's initial elements at once, and a tiny module can ask for millions of them. */
const MOST_ELEMENTS = 100_000;
/** A manifest is a few KiB. */
const LONGEST_MANIFEST = 1024 * 1024;

function checkMemory(file: WasmFile): void {
  if (file.exports.find((item) => item.name === "memory")?.kind !== "memory") wrongAbi("it does not export its memory");
  // The limits of a module that came compiled cannot be seen.
  for (const memory of file.memories) {
    if (memory.is64Bit || memory.isShared) wrongAbi("its memory is not plain wasm32");
    if (memory.maximumPages === undefined) wrongAbi("its memory has no maximum");
    if (memory.maximumPages > MOST_PAGES) wrongAbi("its memory may grow beyond 256 MiB");
  }
  if (file.memories.length > 1) wrongAbi("it has more than one memory");
}

function checkTables(file: WasmFile): void {
  // A second one is of the feature reference-types.
  if (file.tables.length > 1) wrongAbi("it has more than one table");
  if (file.tables.some(({ minimum }) => minimum > MOST_ELEMENTS)) wrongAbi("its table is larger than 100,000 elements");
}

function checkFeatures(file: WasmFile): void {
  const [feature] = file.foreignFeatures;
  if (feature !== undefined) wrongAbi(`it uses a WebAssembly feature that the ABI does not allow: ${feature}`);
}

function checkFunction(what: string, found: { kind: string; signature?: string } | undefined, wanted: string): void {
  if (found?.kind !== "function") wrongAbi(`${what} is not a function that is there`);
  if (found.signature !== undefined && found.signature !== wanted) {
    wrongAbi(`${what} is ${found.signature} instead of ${wanted}`);
  }
}

function checkImports(file: WasmFile): void {
  for (const item of file.imports) {
    const wanted = item.module === HOST_MODULE ? IMPORTS[item.name] : undefined;
    if (wanted === undefined) return wrongAbi(`it imports ${item.module}.${item.name}, which no host supplies`);
    checkFunction(`its import ${item.module}.${item.name}`, item, wanted);
  }
}

function checkExports(file: WasmFile, manifest: Manifest): void {
  const exports = new Map(file.exports.map((item) => [item.name, item]));
  for (const [name, wanted] of Object.entries(EXPORTS)) checkFunction(`its export ${name}`, exports.get(name), wanted);
  for (const action of manifest.actions) {
    checkFunction(`its export ${action.export}`, exports.get(action.export), ACTION_SIGNATURE);
  }
}

function judge(file: WasmFile): { manifest: Manifest; manifestBytes: Uint8Array } {
  const [section, second] = file.customSections.filter((item) => item.name === SECTION_MANIFEST);
  if (section === undefined || second !== undefined) {
    return wrongAbi(`it does not have exactly one custom section ${SECTION_MANIFEST}`);
  }
  if (section.bytes.length > LONGEST_MANIFEST) wrongAbi("its manifest is larger than 1 MiB");
  const manifest = parseManifest(section.bytes);
  if (file.hasStart) wrongAbi("it has a start function; _initialize is what sets a module up");
  checkImports(file);
  checkMemory(file);
  checkTables(file);
  checkFeatures(file);
  checkExports(file, manifest);
  return { manifest, manifestBytes: section.bytes };
}

/** What can be seen of a module that is compiled already: no signatures, no limits, no start function, no code. */
function fileOf(compiled: WebAssembly.Module): WasmFile {
  const sections = WebAssembly.Module.customSections(compiled, SECTION_MANIFEST);
  return {
    imports: WebAssembly.Module.imports(compiled),
    exports: WebAssembly.Module.exports(compiled),
    memories: [],
    tables: [],
    hasStart: false,
    foreignFeatures: new Set(),
    customSections: sections.map((bytes) => ({ name: SECTION_MANIFEST, bytes: new Uint8Array(bytes) })),
  };
}

/** What Chromium, Firefox and Safari say; there is no other sign of it. */
const FORBIDDEN = /Content Security Policy|\bCSP\b|unsafe-eval/;

function refusedByEngine(error: unknown): never {
  if (FORBIDDEN.test(String(error))) {
    const why = "the Content Security Policy forbids WebAssembly; its script-src has to allow 'wasm-unsafe-eval'";
    throw new HostError("not-wasm", `the module cannot be compiled: ${why}`);
  }
  throw new HostError("not-wasm", `not a usable WebAssembly module: ${String(error)}`);
}

/** The manifest of a module's bytes, which are judged but not compiled. Throws not-wasm, wrong-abi. */
export function readManifest(bytes: Uint8Array): Manifest {
  return judge(parseWasm(bytes)).manifest;
}

/** A checked and compiled module, which can be instantiated any number of times. */
export class ActionModule {
  private constructor(
    readonly compiled: WebAssembly.Module,
    readonly manifest: Manifest,
    /** SHA-256 of the file; for a module that came compiled, "manifest-" and that of its manifest. For journals. */
    readonly digest: string,
    /** Its instances are made without waiting for the platform. */
    readonly isSynchronous = false,
  ) {}

  get abiVersion(): string {
    return this.manifest.abiVersion;
  }

  /** Throws not-wasm; wrong-abi, naming what is wrong. `compiled`: of the same bytes, if there is one already. */
  static async fromBytes(bytes: Uint8Array<ArrayBuffer>, compiled?: WebAssembly.Module): Promise<ActionModule> {
    const { manifest } = judge(parseWasm(bytes));
    try {
      return new ActionModule(compiled ?? (await WebAssembly.compile(bytes)), manifest, sha256(bytes));
    } catch (error) {
      return refusedByEngine(error);
    }
  }

  /**
   * The same, for places where WebAssembly's promises resolve too late or never, such as a Temporal workflow: it is
   * compiled at once, and so are its instances. That blocks the thread, and pages cannot compile large modules this
   * way.
   */
  static fromBytesSync(bytes: Uint8Array<ArrayBuffer>): ActionModule {
    const { manifest } = judge(parseWasm(bytes));
    try {
      return new ActionModule(new WebAssembly.Module(bytes), manifest, sha256(bytes), true);
    } catch (error) {
      return refusedByEngine(error);
    }
  }

  /**
   * The signatures of its functions and the limits of its memory cannot be seen, so they are not checked: give bytes
   * for a module that is not your own. Throws wrong-abi.
   */
  static fromCompiled(compiled: WebAssembly.Module): ActionModule {
    const { manifest, manifestBytes } = judge(fileOf(compiled));
    return new ActionModule(compiled, manifest, `manifest-${sha256(manifestBytes)}`);
  }
}
