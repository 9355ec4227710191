// The action's module that the apps' builds put into their packages: that of this checkout, or the one that
// SKIPCALL_MODULE names. Where it is not there, the build ends with the remedy.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const modulePath =
  process.env.SKIPCALL_MODULE ?? fileURLToPath(new URL("../build/wasm/remove_contacts.wasm", import.meta.url));
if (!existsSync(modulePath)) {
  console.error(`${modulePath} is not there. Build it first, at the top of the repository: ./dev build`);
  process.exit(1);
}
