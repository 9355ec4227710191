// Preloaded into n8n: records when its event loop was blocked for too long, and when the node began and ended, one line
// each.
const { appendFileSync } = require("node:fs");
const Module = require("node:module");

const TICK_MS = 10;
const WORTH_NOTING_MS = 40;
const note = (line) => appendFileSync(process.env.STALL_FILE, `${JSON.stringify({ at: Date.now(), ...line })}\n`);
const busyMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
let last = performance.now();
let lastBusy = busyMs();

setInterval(() => {
  const now = performance.now();
  const stall = Math.round(now - last - TICK_MS);
  const busy = Math.round(busyMs() - lastBusy);
  last = now;
  lastBusy = busyMs();
  if (stall >= WORTH_NOTING_MS) note({ stall, busy });
}, TICK_MS).unref();

const load = Module._load;
Module._load = function (request, ...rest) {
  const exports = load.call(this, request, ...rest);
  const node = /Skipcall\.node(\.js)?$/.test(request) ? exports.Skipcall?.prototype : undefined;
  if (node !== undefined && !node.probed) {
    const { execute } = node;
    node.probed = true;
    node.execute = async function (...given) {
      note({ node: "begins" });
      try {
        return await execute.apply(this, given);
      } finally {
        note({ node: "ends" });
      }
    };
  }
  return exports;
};
