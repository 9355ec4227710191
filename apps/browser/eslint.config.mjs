import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import { base } from "../../eslint.base.mjs";

export default defineConfig(...base, {
  files: ["examples/page/*.js"],
  extends: [js.configs.recommended],
  languageOptions: { globals: { document: "readonly", FormData: "readonly" } },
});
