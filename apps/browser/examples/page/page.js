// The action in your own page: one file of JavaScript, one module, no bundler. dist/page holds all four files.
import { ActionHost, fetchSender, loadModule, systemClock } from "./skipcall-action-host.js";

const status = document.querySelector("[role=status]");
const button = document.querySelector("button");
const loading = loadModule("remove_contacts.wasm");

document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  const { server, key, sequence, contacts } = Object.fromEntries(new FormData(event.target));
  try {
    const host = new ActionHost(await loading, { send: fetchSender(), clock: systemClock() });
    const { result } = await host.run({
      action: "remove_contacts",
      input: { sequenceId: sequence, contactIds: contacts.split("\n").filter((id) => id.trim() !== "") },
      connections: { skipcall: { baseUrl: server, secret: key } },
      onProgress: ({ confirmed, total }) => {
        status.textContent = `${confirmed} of ${total}`;
      },
    });
    // Text from a server: never innerHTML.
    status.textContent = [result.status, ...result.errors.map((error) => error.message)].join(": ");
  } catch (error) {
    status.textContent = error.message;
  } finally {
    button.disabled = false;
  }
});
try {
  await loading;
  status.textContent = "ready";
} catch (error) {
  status.textContent = error.message;
}
