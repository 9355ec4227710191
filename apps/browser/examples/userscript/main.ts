// A userscript: marked ids of the page that is open leave a sequence. The build puts host and module into its one file.
import { ActionHost, loadModule, systemClock } from "skipcall-action-host";
import { managerSend } from "./manager_send.js";
import moduleBytes from "remove_contacts.wasm";

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;

async function removeSelected(): Promise<void> {
  const contactIds = getSelection()?.toString().match(UUID) ?? [];
  if (contactIds.length === 0) {
    alert("Mark text with contact ids first.");
    return;
  }
  const sequenceId = prompt(`Remove ${String(contactIds.length)} contacts from which sequence?`) ?? "";
  const secret = sequenceId === "" ? "" : (prompt("API key (it is not kept)") ?? "");
  if (secret === "") return;
  const host = new ActionHost(await loadModule(moduleBytes), { send: managerSend, clock: systemClock() });
  const { result } = await host.run<{ status: string; confirmed: number; errors: { message: string }[] }>({
    action: "remove_contacts",
    input: { sequenceId, contactIds },
    connections: { skipcall: { secret } },
  });
  alert([`${result.status}: ${String(result.confirmed)} confirmed`, ...result.errors.map((e) => e.message)].join("\n"));
}

GM_registerMenuCommand("Remove marked contacts from a sequence", () => {
  removeSelected().catch((error: unknown) => alert(error instanceof Error ? error.message : "It failed."));
});
