// The playground: a form made from the module's manifest, and runs of it inside of this page.
import { fetchSender, HostError, loadModule, systemClock } from "skipcall-action-host";
import { ActionSchema } from "./action_schema.js";
import { button, element, part, show } from "../shared/dom.js";
import { ActionForm, type ActionInput } from "./form/action_form.js";
import { ConnectionPanel } from "./form/connection_panel.js";
import { confirmRemoval } from "./run/confirmation.js";
import { corsText } from "./run/first_request.js";
import { inputBytes } from "./run/input_bytes.js";
import { readContactText } from "../shared/contacts/contact_text.js";
import { type Removals } from "../shared/result/removal_result.js";
import { resultView } from "./run/result_view.js";
import { RunPanel, type RunPlan } from "./run/run_panel.js";
import { exampleIds } from "./sandbox/example_ids.js";
import { SandboxPanel } from "./sandbox/sandbox_panel.js";
import { SANDBOX_CONNECTION, sandboxSend } from "./sandbox/sandbox_send.js";
import { counted, grouped } from "../shared/words.js";

const EXAMPLE_CONTACTS = 2500;

async function start(): Promise<void> {
  const module = await loadModule("remove_contacts.wasm");
  const schema = new ActionSchema(module.manifest);
  const form = new ActionForm(schema);
  const sandbox = new SandboxPanel();
  const connections = new ConnectionPanel(schema, sandbox.view);
  const output = part("output");
  let isRunning = false;

  const more = button(`Fill in ${grouped(EXAMPLE_CONTACTS)} made-up contacts`, () => {
    form.fill(sandbox.settings.sequences[0] ?? "", exampleIds(EXAMPLE_CONTACTS).join("\n"));
  });
  form.addExample(more);

  /** Where this run's requests go, or nothing: something has to be corrected, or the person said no. */
  const planFor = async (input: ActionInput): Promise<RunPlan | undefined> => {
    const shared = { module, schema, input: await inputBytes(input) };
    if (connections.isSandbox) {
      const clock = systemClock();
      const send = sandboxSend(sandbox.api, () => clock.now(), sandbox.latencyMs);
      return { ...shared, connection: SANDBOX_CONNECTION, send };
    }
    const connection = connections.connection();
    if (connection === undefined) return undefined;
    const sequences = new Set(input.removals.map((removal) => removal.sequenceId)).size;
    const question = { contacts: input.contacts, sequences, server: connection.baseUrl, key: connection.secret };
    if (!form.isDryRun && !(await confirmRemoval(question))) return undefined;
    return { ...shared, connection, send: fetchSender() };
  };

  const continueWith = (remaining: Removals): void => {
    form.contacts.clear();
    void form.contacts.attach("What remained of the last run", () => readContactText(JSON.stringify(remaining)));
    form.contacts.focus();
  };

  const run = async (): Promise<void> => {
    const input = await form.input();
    const plan = input === undefined ? undefined : await planFor(input);
    if (plan === undefined) return;
    const panel = new RunPanel(plan);
    output.replaceChildren(panel.view);
    panel.focus();
    try {
      const { end, isUnanswered } = await panel.run();
      const note = isUnanswered ? corsText(plan.connection.baseUrl ?? "", location.origin) : undefined;
      output.prepend(resultView(end.text, end.result, schema, { onContinue: continueWith, note }));
      output.querySelector("h2")?.focus();
    } catch (error) {
      output.prepend(failure(error));
    }
  };

  const go = element("button", { type: "submit", class: "primary" }, schema.action.title ?? "Run");
  const view = element(
    "form",
    { class: "stack", novalidate: true },
    form.view,
    connections.view,
    element("div", { class: "row" }, go),
  );
  view.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isRunning) return;
    isRunning = true;
    go.disabled = true;
    void run().finally(() => {
      isRunning = false;
      go.disabled = false;
    });
  });
  addEventListener("beforeunload", (event) => {
    if (isRunning) event.preventDefault();
  });

  if (typeof module.manifest.icon === "string") part("icon").setAttribute("href", module.manifest.icon);
  part("title").textContent = schema.action.title ?? "";
  part("about").textContent = schema.action.description ?? "";
  part("module").textContent =
    `Module ${module.manifest.version ?? ""}, action ABI ${module.abiVersion}, batches of at most ${counted(schema.options.batchSize?.maximum ?? 0, "contact")}.`;
  part("form").replaceChildren(view);
}

/** A failure of the host, as opposed to a result that says that the action failed. */
function failure(error: unknown): HTMLElement {
  const text = error instanceof HostError ? error.message : "The page met a state that cannot be.";
  const open = error instanceof HostError ? (error.progress?.open ?? 0) : 0;
  const unknown = open === 0 ? "" : ` ${counted(open, "open request")} may have been carried out.`;
  return element(
    "p",
    { class: "notice", role: "alert" },
    `The run could not go on: ${text}.${unknown} Load the page again, then run again; that is safe.`,
  );
}

start().catch((error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  show(part("form"), true);
  part("form").replaceChildren(
    element("p", { class: "notice", role: "alert" }, `The page cannot start: ${why}. Load it again.`),
  );
});
