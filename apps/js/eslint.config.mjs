import { defineConfig } from "eslint/config";
import { base } from "../../eslint.base.mjs";

export default defineConfig(
  { ignores: ["tests/consumer.ts"] }, // compiled by a test, as a program of a user
  ...base,
);
