import { defineConfig } from "eslint/config";
import { base } from "../../eslint.base.mjs";

export default defineConfig(
  { ignores: ["tests/consumer.ts"] }, // compiled by a test, as a program of a user
  ...base,
  { languageOptions: { parserOptions: { project: ["./tsconfig.json"] } } },
  { files: ["tests/**/*.mjs"], languageOptions: { globals: { setTimeout: "readonly", structuredClone: "readonly" } } },
);
