// Serves the playground on this machine until Ctrl-C. PORT in the environment names a port; without it: any free one.
import { fileURLToPath } from "node:url";
import { POLICY, serveFolders } from "./static_server.mjs";

const folder = fileURLToPath(new URL("../dist/playground/", import.meta.url));
const { url } = await serveFolders(
  { "/": folder },
  { port: Number(process.env.PORT ?? 0), headers: { "content-security-policy": POLICY } },
);
console.log(`The playground: ${url}/ (Ctrl-C ends it)`);
