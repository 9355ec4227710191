// Looks at, and into, the instances that a host makes.
import type { TestContext } from "node:test";
import { HOST_MODULE } from "../../src/core/abi.js";

type Exports = Record<string, (...values: unknown[]) => unknown> & { memory: WebAssembly.Memory };

/**
 * Until the test ends, each instance's exports go through change, which may wrap them. Returns the exports of all
 * instances so far.
 */
export function watchInstances(
  context: TestContext,
  change: (exports: Exports, nth: number) => Exports = (exports) => exports,
): Exports[] {
  const seen: Exports[] = [];
  const real = WebAssembly.instantiate as (
    module: WebAssembly.Module,
    imports: unknown,
  ) => Promise<WebAssembly.Instance>;
  const instantiate = async (module: WebAssembly.Module, imports: unknown): Promise<unknown> => {
    const instance = await real(module, imports);
    // Node's fetch has its own module, the HTTP parser, whose memory holds all that the server sends.
    if (!WebAssembly.Module.imports(module).some((item) => item.module === HOST_MODULE)) return instance;
    const { exports } = instance;
    seen.push(change(exports as unknown as Exports, seen.length + 1));
    return { exports: seen[seen.length - 1] };
  };
  context.mock.method(WebAssembly, "instantiate", instantiate as never);
  return seen;
}
