// The playground: a form made from the module's manifest, and runs of it inside this page.
import { ActionHost, fetchSender, HostError, loadModule, systemClock } from "skipcall-action-host";
import { button, element, part, show } from "../shared/dom.js";
import type { RemovalResult, UnconfirmedRemovals } from "../../../plugin-manifest/remove_contacts.js";
import { counted, grouped } from "../shared/words.js";
import { ActionSchema } from "./action_schema.js";
import { ActionForm, type ActionInput } from "./form/action_form.js";
import { ConnectionPanel } from "./form/connection_panel.js";
import { confirmRemoval, whatIsLeft, whatIsSent } from "./run/confirmation.js";
import { SILENCE_MEANS, silenceText, whySilent } from "./run/first_request.js";
import { inputBytes } from "./run/input_bytes.js";
import { invalidSequences } from "./run/invalid_sequences.js";
import { interruptedView } from "./run/interrupted_run.js";
import { RequestPreview } from "./run/request_preview.js";
import { restOf } from "./run/rest_of_run.js";
import { headlineOf, resultView } from "./run/result_view.js";
import { RunPanel, type RunPlan } from "./run/run_panel.js";
import { type SavedRun, SavedRuns } from "./run/saved_run.js";
import { exampleIds } from "./sandbox/example_ids.js";
import { SandboxPanel } from "./sandbox/sandbox_panel.js";
import { SANDBOX_CONNECTION, sandboxSend } from "./sandbox/sandbox_send.js";

const EXAMPLE_CONTACTS = 2500;

type Target = Pick<RunPlan, "connection" | "send">;

async function start(): Promise<void> {
  const module = await loadModule("remove_contacts.wasm");
  const schema = new ActionSchema(module.manifest);
  const go = element("button", { type: "submit", class: "primary" });
  const sandbox = new SandboxPanel();
  const output = part("output");
  const saved = new SavedRuns();
  let isRunning = false;

  /** What the button will do. */
  const fitGo = (): void => {
    const contacts = form.total === 0 ? "contacts" : counted(form.total, "contact");
    const isReal = !connections.isSandbox && !form.isDryRun;
    go.textContent = form.isDryRun ? `Check ${contacts}` : `Remove ${contacts}${isReal ? "" : " in the sandbox"}`;
    go.className = isReal ? "danger" : "primary";
    void preview.draw();
  };
  const form: ActionForm = new ActionForm(schema, () => fitGo());
  const connections: ConnectionPanel = new ConnectionPanel(schema, sandbox.view, () => fitGo());
  const preview = new RequestPreview(async () => {
    const input = await form.peek();
    const baseUrl = connections.isSandbox ? SANDBOX_CONNECTION.baseUrl : connections.address;
    return input === undefined || baseUrl === undefined ? undefined : { input, baseUrl };
  }, schema.request);
  const more = button(`Fill in ${grouped(EXAMPLE_CONTACTS)} made-up contacts`, () => {
    form.fill(sandbox.settings.sequences[0] ?? "", exampleIds(EXAMPLE_CONTACTS).join("\n"));
  });
  form.addExample(more);

  /** Where a run's requests go, or undefined: something has to be corrected. */
  const targetOf = (isDryRun: boolean): Target | undefined => {
    // A dry run sends nothing: it needs neither address nor key.
    if (connections.isSandbox || isDryRun) {
      const clock = systemClock();
      return { connection: SANDBOX_CONNECTION, send: sandboxSend(sandbox.api, () => clock.now(), sandbox.latencyMs) };
    }
    const connection = connections.connection();
    return connection === undefined ? undefined : { connection, send: fetchSender() };
  };

  /** Whether the person agrees that this is removed; nobody is asked about the sandbox. */
  const isAgreed = async (what: ReturnType<typeof whatIsSent>, { connection }: Target): Promise<boolean> => {
    const { baseUrl: server = "", secret: key = "" } = connection;
    return connections.isSandbox || what.sequences.length === 0 || confirmRemoval({ ...what, server, key });
  };

  /** Whether the input is to be sent: it can be, and the person agrees. */
  const isToBeSent = async (input: ActionInput, target: Target): Promise<boolean> => {
    if (connections.isSandbox || input.options.dryRun === true) return true;
    // What the action would send of the input: without duplicates and invalid IDs.
    const options = { ...input.options, dryRun: true };
    const bytes = await inputBytes({ ...input, options });
    const { text, result } = await new ActionHost(module, {
      send: target.send,
      clock: systemClock(),
    }).run<RemovalResult>({
      action: schema.action.export,
      input: bytes,
      connections: { [schema.connection.id]: target.connection },
    });
    if (result.status === "completed" && result.unique > 0) return isAgreed(whatIsSent(result), target);
    output.replaceChildren(
      resultView(text, result, { onContinue: continueWith, silence: [], invalid: invalidSequences(bytes, result) }),
    );
    output.querySelector("h2")?.focus();
    return false;
  };

  const continueWith = (remaining: UnconfirmedRemovals): void => {
    void form.takeBack("Remaining contacts of the last run", JSON.stringify(remaining));
  };

  const carryOut = async (plan: RunPlan): Promise<void> => {
    const panel = new RunPanel(plan);
    output.replaceChildren(panel.view);
    panel.focus();
    try {
      const { end, isUnanswered } = await panel.run();
      const { result } = end;
      const server = plan.connection.baseUrl ?? "";
      const silence = isUnanswered
        ? [silenceText(await whySilent(server), server, location.origin), SILENCE_MEANS]
        : [];
      output.prepend(
        resultView(end.text, result, {
          onContinue: continueWith,
          silence,
          invalid: invalidSequences(plan.input, result),
        }),
      );
      output.querySelector("h2")?.focus();
      panel.finish(headlineOf(result, silence), result);
    } catch (error) {
      panel.finish("The run failed.", undefined);
      throw error;
    }
  };

  /** Whether a run was interrupted, here or in another tab, and is still there: then it is shown. */
  const isUndecided = async (runs: SavedRuns | undefined): Promise<boolean> => {
    const old = await runs?.load();
    if (old === undefined) return false;
    offer(old);
    const title = output.querySelector<HTMLElement>("h2");
    title?.scrollIntoView({ block: "nearest" });
    title?.focus();
    return true;
  };

  /** A new run. Its journal is deleted when it has ended; it would replace that of an interrupted one. */
  const run = async (): Promise<void> => {
    if (await saved.whileAlone(isUndecided)) return;
    const input = await form.input();
    if (input === undefined) return;
    form.contacts.markUsed();
    const target = targetOf(input.options.dryRun === true);
    if (target === undefined || !(await isToBeSent(input, target))) return;
    const bytes = await inputBytes(input);
    await saved.whileAlone(async (runs) => {
      if (await isUndecided(runs)) return;
      const isDryRun = input.options.dryRun === true;
      const plan = { module, schema, input: bytes, isDryRun, ...target };
      if (isDryRun || runs === undefined) return carryOut({ ...plan, journal: undefined });
      const server = connections.isSandbox ? undefined : target.connection.baseUrl;
      const sequences = new Set(input.removals.map(({ sequenceId }) => sequenceId)).size;
      const journal = runs.begin({ server, contacts: input.contacts, sequences, input: bytes });
      await carryOut({ ...plan, journal });
      await runs.clear();
    });
  };

  const resume = async (runs: SavedRuns, old: SavedRun): Promise<void> => {
    connections.choose(old.server);
    const target = targetOf(false);
    if (target === undefined) return;
    if (old.server !== undefined && !(await runs.isOf(target.connection.secret ?? ""))) {
      connections.refuseKey("The run began with another key. Enter that one, or discard the run.");
      return;
    }
    const journal = await runs.journal();
    const plan = { module, schema, input: old.input, isDryRun: false, ...target, journal };
    if (!(await isAgreed(whatIsLeft(await restOf(plan, journal.lines)), target))) return;
    await carryOut(plan);
    await runs.clear();
  };

  const discard = async (runs: SavedRuns): Promise<void> => {
    await runs.clear();
    output.replaceChildren();
  };

  /** What failed in this page; if a run was recorded, its contacts are still there to be resumed or used. */
  const fail = async (error: unknown): Promise<void> => {
    const old = await saved.whileAlone(async (runs) => runs?.load()).catch(() => undefined);
    const views = old === undefined ? [] : [viewOf(old)];
    output.replaceChildren(failure(error, old !== undefined), ...views, ...output.querySelectorAll(".run"));
  };

  /** One at a time. */
  const working = async (act: () => Promise<void>): Promise<void> => {
    if (isRunning) return;
    isRunning = go.disabled = true;
    document.body.classList.add("running");
    await act()
      .catch(fail)
      .finally(() => {
        isRunning = go.disabled = false;
        document.body.classList.remove("running");
        // The question could not give it back while the button was disabled.
        if (document.activeElement === document.body) go.focus();
      });
  };

  /** Acts on the run that was interrupted, if no other tab has it or has brought it to its end. */
  const decide = (act: (runs: SavedRuns, old: SavedRun) => Promise<void>): void => {
    const decided = async (runs: SavedRuns | undefined): Promise<void> => {
      const old = await runs?.load();
      if (runs !== undefined && old !== undefined) return act(runs, old);
      const text =
        runs === undefined
          ? "Another tab of this page has a run. When it has ended, load this page again."
          : "This run was brought to its end or discarded in another tab.";
      output.replaceChildren(element("p", { class: "notice", role: "alert" }, text));
    };
    void working(() => saved.whileAlone(decided));
  };
  const viewOf = (run: SavedRun): HTMLElement =>
    interruptedView(run, {
      onResume: () => decide(resume),
      onUse: () =>
        decide(async (runs, { input }) => {
          await form.takeBack("Contacts of the interrupted run", new TextDecoder().decode(input));
          await discard(runs);
        }),
      onDiscard: () => decide(discard),
    });
  const offer = (old: SavedRun): void => output.replaceChildren(viewOf(old));

  const view = element(
    "form",
    { class: "stack", novalidate: true },
    form.view,
    connections.view,
    preview.view,
    element("div", { class: "row run-bar" }, go),
  );
  view.addEventListener("change", fitGo);
  view.addEventListener("input", fitGo);
  view.addEventListener("submit", (event) => {
    event.preventDefault();
    void working(run);
  });
  addEventListener("beforeunload", (event) => {
    if (isRunning) event.preventDefault();
  });

  if (typeof module.manifest.icon === "string") part("icon").setAttribute("href", module.manifest.icon);
  part("title").textContent = schema.action.title ?? "";
  part("about").textContent = schema.action.description ?? "";
  part("module").textContent =
    `Module ${module.manifest.version ?? ""}, action ABI ${module.abiVersion}, batches of at most ${counted(schema.options.batchSize?.maximum ?? 0, "contact")}.`;
  fitGo();
  part("form").replaceChildren(view);

  // A run of another tab is not interrupted: it holds the lock.
  const old = await saved.whileAlone(async (runs) => runs?.load());
  if (old === undefined) return;
  connections.choose(old.server);
  offer(old);
}

/** A failure of the host, as opposed to a result that says that the action failed. */
function failure(error: unknown, isSaved: boolean): HTMLElement {
  const text = error instanceof HostError ? error.message : "the page hit an internal error";
  const open = error instanceof HostError ? (error.progress?.open ?? 0) : 0;
  const unknown = open === 0 ? "" : ` ${counted(open, "open request")} may have been carried out.`;
  const next = isSaved
    ? "Resume it below. If that fails, too, use all its contacts: sending them again is safe."
    : "Run again; that is safe.";
  return element("p", { class: "notice", role: "alert" }, `The run failed: ${text}.${unknown} ${next}`);
}

start().catch((error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  show(part("form"), true);
  part("title").textContent = "Remove contacts"; // no longer that the module is being loaded
  part("form").replaceChildren(
    element("p", { class: "notice", role: "alert" }, `The page cannot start: ${why}. Load it again.`),
  );
});
