import { defineConfig } from "eslint/config";
import { base } from "../../eslint.base.mjs";

export default defineConfig(...base, {
  // The core runs where there is neither a timer nor fetch, and is copied into other packages.
  files: ["src/core/**/*.ts"],
  rules: {
    "no-restricted-globals": [
      "error",
      ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "queueMicrotask", "globalThis", "window"],
      ...["self", "global", "process", "console", "fetch", "crypto", "performance", "Buffer"],
    ],
    "no-restricted-imports": ["error", { patterns: [{ regex: "^(?!\\./)" }] }],
  },
});
