// Looks at, and into, the instances that a host makes.
import type { TestContext } from "node:test";

type Exports = Record<string, (...values: unknown[]) => unknown> & { memory: WebAssembly.Memory };

/**
 * Until the test ends, each instance's exports go through change, which may wrap them. Result: the exports of all
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
    const { exports } = await real(module, imports);
    seen.push(change(exports as unknown as Exports, seen.length + 1));
    return { exports: seen[seen.length - 1] };
  };
  context.mock.method(WebAssembly, "instantiate", instantiate as never);
  return seen;
}
