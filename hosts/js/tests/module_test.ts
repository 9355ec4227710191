// Which modules are refused before they are instantiated, and where they may come from (ABI.md, a host's duties 1, 2).
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { ActionModule, HostError, loadModule, readManifest } from "../src/index.js";
import { Instance } from "../src/core/instance.js";
import { guest, guestBytes } from "./support/guest.js";
import { MODULES, readBytes, readJson, REMOVE_CONTACTS } from "skipcall-test-support/repository";

async function fault(act: () => unknown): Promise<HostError> {
  try {
    await act();
  } catch (error) {
    assert.ok(error instanceof HostError, String(error));
    return error;
  }
  return assert.fail("not refused");
}

test("the manifest is read without compiling or running anything", () => {
  const expected = readJson("plugin-manifest/remove_contacts.manifest.json");
  for (const path of Object.values(MODULES)) assert.deepEqual(readManifest(readBytes(path)), expected);
});

test("a module that uses a feature outside the ABI's table is refused, wherever in its code", async () => {
  const free = '(func (export "action_free") (param i32))';
  const inFree = (code: string): string => `${free.slice(0, -1)} (if (local.get 0) (then nop)) ${code})`;
  const cases: [code: string, feature: string, more?: string][] = [
    ["(drop (i32x4.splat (i32.const 1)))", "simd128"],
    ["(drop (block (result v128) (v128.const i32x4 0 0 0 0)))", "simd128"],
    ["(return_call 3 (i32.const 1))", "tail-call"],
    ["(drop (i32.atomic.load (i32.const 0)))", "atomics"],
    ["(drop (ref.null func))", "reference-types"],
    ["(drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))", "reference-types"],
    ["(block (result i32 i32) (i32.const 1) (i32.const 2)) drop drop", "multivalue"],
    ["(throw $oops)", "exception-handling", "(tag $oops)"],
    ["nop", "exception-handling", "(tag $unused)"],
    ["nop", "simd128", "(func (local v128))"],
    ["nop", "reference-types", "(func (param externref))"],
    ["nop", "multivalue", "(func (result i32 i32) (i32.const 1) (i32.const 2))"],
  ];
  const features = {
    ...{ simd: true, tail_call: true, threads: true, reference_types: true, multi_value: true, exceptions: true },
  };
  for (const [code, feature, more = ""] of cases) {
    const bytes = guestBytes([[free, `${inFree(code)} ${more}`]], features);
    const error = await fault(() => ActionModule.fromBytes(bytes));
    assert.equal(error.fault, "wrong-abi", code);
    assert.match(error.message, new RegExp(`does not allow: ${feature}$`), `${code} ${more}`);
  }
  const allowed = `
    (i32.store8 offset=300 (i32.const 1) (i32.extend8_s (i32.trunc_sat_f64_s (f64.const 1.5))))
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)) (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))
    (block (block (br_table 0 1 0 (local.get 0)))) (drop (i64.const -1234567890123)) (drop (f32.const 1))`;
  await ActionModule.fromBytes(guestBytes([[free, inFree(allowed)]]));
});

test("a module that does not fit is refused, with the reason", async () => {
  const memory = '(memory (export "memory") 1 1024)';
  const cases: [exchange: [string, string], why: RegExp][] = [
    [['\\"abiVersion\\":\\"1.0\\"', '\\"abiVersion\\":\\"0.8\\"'], /it speaks 0\.8/],
    [['\\"abiVersion\\":\\"1.0\\"', '\\"abiVersion\\":\\"2.0\\"'], /it speaks 2\.0/],
    [['\\"abiVersion\\":\\"1.0\\"', '\\"abiVersion\\":\\"1.0.1\\"'], /it speaks 1\.0\.1/],
    [['\\"abiVersion\\":\\"1.0\\",', ""], /names no version/],
    [['{\\"abiVersion', '\\"abiVersion'], /not JSON/],
    [['\\"export\\":\\"echo\\"', '\\"export\\":\\"none\\"'], /export none/],
    [['(@custom "action_manifest"', '(@custom "something_else"'], /exactly one custom section/],
    [['(import "action_host_v1" "http_cancel"', '(import "env" "http_cancel"'], /imports env\.http_cancel/],
    [
      ['"http_cancel" (func $http_cancel (param i32 i32))', '"http_cancel" (func $http_cancel (param i32))'],
      /http_cancel is/,
    ],
    [['(func (export "action_free") (param i32))', ""], /action_free/],
    [
      ['(func (export "action_free") (param i32))', '(func (export "action_free") (param i64))'],
      /action_free is \(i64\)/,
    ],
    [[memory, `(@custom "action_manifest" "{}") ${memory}`], /exactly one custom section/],
    [[memory, '(memory (export "memory") 1)'], /no maximum/],
    [[memory, '(memory (export "memory") 1 4097)'], /beyond 256 MiB/],
    [[memory, '(memory (export "other") 1 64)'], /does not export its memory/],
    [[memory, `${memory} (table 100001 funcref)`], /larger than 100,000 elements/],
    [[memory, `${memory} (func $begin) (start $begin)`], /start function/],
    [['\\"abiVersion\\":\\"1.0\\"', '\\"abiVersion\\":\\"\\\\u001b[2J\\\\u202e\\"'], /it speaks \?\[2J\?$/],
  ];
  for (const [exchange, why] of cases) {
    const error = await fault(() => ActionModule.fromBytes(guestBytes([exchange])));
    assert.equal(error.fault, "wrong-abi", String(exchange));
    assert.match(error.message, why);
  }
});

test("a small file that names more of something than a real module has is refused before it costs anything", async () => {
  const leb = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]);
  const section = (id: number, items: number[][]): Uint8Array<ArrayBuffer> => {
    const content = [...leb(items.length), ...items.flat()];
    return new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, id, ...leb(content.length), ...content]);
  };
  const many = (count: number, item: number[]): number[][] => Array.from({ length: count }, () => item);
  const files: [Uint8Array<ArrayBuffer>, RegExp][] = [
    [section(1, many(10_001, [0x60, 0, 0])), /more than 10000 types/],
    [section(1, [[0x60, ...leb(101), ...Array.from({ length: 101 }, () => 0x7f), 0]]), /more than 100 parameters/],
    [section(2, many(101, [0, 0, 3, 0x7f, 0])), /more than 100 imports/],
    [section(3, many(100_001, [0])), /more than 100000 functions/],
    [section(4, many(101, [0x70, 0, 0])), /more than 100 tables/],
    [section(6, many(10_001, [0x7f, 0, 0x41, 0, 0x0b])), /more than 10000 globals/],
    [section(7, many(1001, [0, 3, 0])), /more than 1000 exports/],
    [section(9, many(10_001, [0])), /more than 10000 element segments/],
    [section(10, [[...leb(131_073), ...many(131_073, [0]).flat()]]), /longer than 128 KiB/],
    [section(10, [[9, 1, ...leb(4_000_000), 0x7f, 0, 0, 0]]), /too many locals/],
    [section(11, many(100_001, [0])), /more than 100000 data segments/],
    [new Uint8Array(16 * 1024 * 1024 + 1), /larger than 16 MiB/],
  ];
  const customs = Array.from({ length: 1001 }, () => [0, 1, 0]).flat();
  files.push([new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, ...customs]), /too many custom sections/]);
  for (const [bytes, why] of files) {
    const error = await fault(() => readManifest(bytes));
    assert.equal(error.fault, "not-wasm");
    assert.match(error.message, why);
  }
});

test("a module whose code says another version than its manifest is refused when it is instantiated", async () => {
  const bytes = guestBytes([
    [
      '(func (export "action_abi_version") (result i32) (i32.const 65536))',
      '(func (export "action_abi_version") (result i32) (i32.const 131072))',
    ],
  ]);
  const module = await ActionModule.fromBytes(bytes);
  const error = await fault(() => Instance.create(module));
  assert.equal(error.fault, "wrong-abi");
  assert.match(error.message, /ABI 2\.0/);
});

test("bytes that are truncated anywhere, or not a module at all, are refused", async () => {
  const bytes = guestBytes();
  for (let length = 0; length < bytes.length; ++length) {
    const { fault: kind } = await fault(() => ActionModule.fromBytes(bytes.slice(0, length)));
    assert.ok(kind === "not-wasm" || kind === "wrong-abi", `${String(length)}: ${kind}`);
  }
  const component = new Uint8Array([0, 97, 115, 109, 13, 0, 1, 0]);
  assert.match((await fault(() => readManifest(component))).message, /component/);
  assert.equal((await fault(() => readManifest(new TextEncoder().encode("<!doctype html>")))).fault, "not-wasm");
  // Valid for the reader, which skips code, but not for the engine.
  const broken = readBytes(REMOVE_CONTACTS);
  broken.fill(0xff, 20_000, 20_016);
  const error = await fault(() => ActionModule.fromBytes(broken));
  assert.ok(error.fault === "not-wasm" || error.fault === "wrong-abi", error.fault);
});

async function served(server: Server, use: (base: string) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("a module may be bytes, compiled, a response, or a URL with a right or a wrong content type", async () => {
  const bytes = readBytes(REMOVE_CONTACTS);
  const expected = readManifest(bytes);
  const types: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const type = request.url === "/right" ? "application/wasm" : "application/octet-stream";
    types.push(type);
    response.writeHead(request.url === "/none" ? 404 : 200, { "content-type": type }).end(bytes);
  });
  await served(server, async (base) => {
    for (const source of [
      bytes,
      bytes.buffer,
      await WebAssembly.compile(bytes),
      new Response(bytes, { headers: { "content-type": "application/wasm" } }),
      new Response(bytes),
      fetch(`${base}/right`),
      `${base}/wrong`,
      new URL(`${base}/right`),
    ]) {
      const module = await loadModule(source);
      assert.deepEqual(module.manifest, expected);
      assert.equal(module.abiVersion, "1.1");
      await Instance.create(module);
    }
    assert.match((await fault(() => loadModule(`${base}/none`))).message, /answered 404/);
  });
  assert.deepEqual(types.length, 4);
  assert.equal((await fault(() => loadModule(new Response("no module")))).fault, "not-wasm");
  assert.match((await fault(() => loadModule(new URL(import.meta.url)))).message, /pass its bytes/);
  assert.equal((await fault(() => loadModule("http://127.0.0.1:1/x"))).fault, "unreadable");
});

test("another minor version is accepted, even with an export that this one does not know, if the code says the same", async () => {
  const minor: [string, string] = ['\\"abiVersion\\":\\"1.0\\"', '\\"abiVersion\\":\\"1.7\\"'];
  const code: [string, string] = ["(result i32) (i32.const 65536))", "(result i32) (i32.const 65543))"];
  const initialize = '(func (export "_initialize")';
  const pause = '(func (export "action_pause") (param i32) (result i32) (i32.const 0))';
  const module = await guest([minor, code, [initialize, `${pause}\n${initialize}`]]);
  assert.equal(module.abiVersion, "1.7");
  assert.ok((await Instance.create(module)).alive);
  const differs = await guest([minor]);
  assert.equal((await fault(() => Instance.create(differs))).fault, "wrong-abi");
});

test("a compiled module is checked as far as it can be seen", async () => {
  const wrong = guestBytes([['\\"abiVersion\\":\\"1.0\\"', '\\"abiVersion\\":\\"0.8\\"']]);
  const compiled = await WebAssembly.compile(wrong);
  assert.throws(() => ActionModule.fromCompiled(compiled), /it speaks 0\.8/);
});
