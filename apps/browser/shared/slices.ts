// Long work in slices, so that the page keeps drawing and listening between them.
import { turn } from "skipcall-action-host";

const SLICE_MS = 8;

export interface SliceOptions {
  signal?: AbortSignal | undefined;
  /** Each item takes long, so the clock is checked after each. */
  everyItem?: boolean | undefined;
}

/** Calls work for each item. Returns false if the signal ended it early. Errors of work are passed on. */
export async function inSlices<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => void,
  { signal, everyItem = false }: SliceOptions = {},
): Promise<boolean> {
  // Checking the clock each time would cost more than a short item's work.
  const stride = everyItem ? 1 : 256;
  let began = performance.now();
  for (let index = 0; index < items.length; ++index) {
    work(items[index] as Item, index);
    if (index % stride === stride - 1 && performance.now() - began > SLICE_MS) {
      await turn();
      if (signal?.aborted === true) return false;
      began = performance.now();
    }
  }
  return signal?.aborted !== true;
}
