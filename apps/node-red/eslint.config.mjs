import { defineConfig } from "eslint/config";
import { base } from "../../eslint.base.mjs";

export default defineConfig(
  ...base,
  { languageOptions: { parserOptions: { project: ["./tsconfig.json"] } } },
  { files: ["tests/**/*.mjs"], languageOptions: { globals: { fetch: "readonly", setTimeout: "readonly" } } },
);
