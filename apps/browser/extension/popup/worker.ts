import type { Command, Reply } from "../messages.js";

/** Asks the service worker, which the browser starts if needed. Throws Error with a sentence for a person. */
export async function ask(command: Command): Promise<unknown> {
  const reply = await chrome.runtime.sendMessage<Command, Reply>(command);
  if ("refused" in reply) throw new Error(reply.refused);
  return reply.value;
}
