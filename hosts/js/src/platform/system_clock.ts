import type { Clock } from "../core/index.js";

/** A turn of the event loop, without the minimum delay of timers in pages, above all in hidden ones. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** The platform's: the wall clock read once, and the monotonic one counting from there. */
export function systemClock(): Clock {
  const start = Date.now() - performance.now();
  return {
    now: () => start + performance.now(),
    sleep: (ms, signal) => {
      if (ms <= 0 || signal.aborted) return turn();
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        signal.addEventListener("abort", end);
      });
    },
  };
}
