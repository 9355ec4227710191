// The two nodes: the account with its key, and the one that removes contacts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ActionHost,
  type ActionModule,
  type Connection,
  fetchSender,
  loadModule,
  type Progress,
  systemClock,
} from "skipcall-action-host";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts";
import { type Job, JobStore } from "./job_store.js";
import type { Outcome } from "./outcomes.js";
import { readPayload } from "./payload.js";
import type { Done, Message, Node, Red, Send } from "./red.js";
import { Remover } from "./remover.js";

interface AccountDefinition {
  baseUrl?: string;
}

interface AccountNode extends Node {
  baseUrl: string;
}

interface Definition {
  account: string;
  sequence?: string;
  sequenceColumn?: string;
  contactColumn?: string;
  onInvalid?: string;
  busy?: string;
  progress?: boolean;
  store?: string;
  maxStallMinutes?: number | string;
}

const SHORTEST_PAUSE_MS = 250;

let loading: Promise<ActionModule> | undefined;
function module(): Promise<ActionModule> {
  return (loading ??= loadModule(readFileSync(join(__dirname, "remove_contacts.wasm"))));
}

function number(value: number): string {
  return value.toLocaleString("en");
}

export = (red: Red): void => {
  function Account(this: AccountNode, definition: AccountDefinition): void {
    red.nodes.createNode(this, definition);
    this.baseUrl = definition.baseUrl ?? "";
  }

  function RemoveContacts(this: Node, definition: Definition): void {
    red.nodes.createNode(this, definition);
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- Node-RED makes nodes by constructors
    const node = this;
    const columns = {
      sequence: (definition.sequence ?? "").trim(),
      sequenceColumn: definition.sequenceColumn ?? "",
      contactColumn: definition.contactColumn ?? "",
    };
    const ways = new WeakMap<Job, { send: Send; done: Done }>();
    let lastShown = 0;

    const onProgress = (progress: Progress): void => {
      const { confirmed, failed, total, requests, wakeMs, open } = progress;
      const now = Date.now();
      const waitingUntil = open === 0 && wakeMs > now + 1000 ? new Date(wakeMs) : undefined;
      // A wait is always shown: nothing else comes before its end.
      if (now - lastShown < SHORTEST_PAUSE_MS && waitingUntil === undefined) return;
      lastShown = now;
      const clock =
        waitingUntil === undefined
          ? ""
          : `, ${red._("skipcall.status.until")} ${waitingUntil.toTimeString().slice(0, 8)}`;
      const text = `${number(confirmed + failed)} / ${number(total)}${clock}`;
      node.status({ fill: waitingUntil === undefined ? "blue" : "yellow", shape: "dot", text });
      if (definition.progress !== true) return;
      const payload = { confirmed, failed, total, requests, waitingUntil: waitingUntil?.toISOString() ?? null };
      node.send([null, null, { payload }]);
    };

    const onEnd = (job: Job, outcome: Outcome | undefined, result: RemovalResult | undefined, error?: Error): void => {
      // A message of a run that was resumed came before this start: only what is sent is left of it.
      const { send, done } = ways.get(job) ?? {
        send: (messages) => node.send(messages),
        done: (failure) => failure !== undefined && node.error(failure, job.message),
      };
      const part = (payload: unknown[]): Message | null =>
        payload.length === 0
          ? null
          : { ...job.message, payload, ...(result === undefined ? {} : { skipcall: result }) };
      if (outcome !== undefined) send([part(outcome.removed), part(outcome.notRemoved), null]);
      done(error);
    };

    const onIdle = (last: RemovalResult | undefined): void => {
      if (last === undefined) return;
      const { confirmed, unique, invalid } = last;
      const isDone = confirmed === unique && invalid === 0;
      node.status({
        fill: isDone ? "green" : "red",
        shape: isDone ? "dot" : "ring",
        text: `${number(confirmed)} / ${number(unique)} ${last.stoppedBy ?? red._("skipcall.status.done")}`,
      });
    };

    const prepare = async (): Promise<Remover> => {
      const account = red.nodes.getNode(definition.account) as AccountNode | null;
      const minutes = Number(definition.maxStallMinutes === "" ? 5 : (definition.maxStallMinutes ?? 5));
      const connection: Connection = {
        ...(account?.baseUrl ? { baseUrl: account.baseUrl } : {}),
        secret: account?.credentials?.key?.trim(),
      };
      const store = definition.store ?? "";
      const remover = new Remover({
        host: new ActionHost(await module(), { send: fetchSender(), clock: systemClock() }),
        connection,
        options: {
          onInvalid: definition.onInvalid === "skip" ? "skip" : "fail",
          maxStallMs: Math.round(minutes * 60_000),
        },
        merges: definition.busy === "merge",
        store: store === "" ? undefined : new JobStore(node.context(), store),
        onProgress,
        onEnd,
        onIdle,
      });
      remover.begin();
      return remover;
    };
    const remover = prepare();
    remover.catch((error: unknown) => node.error(String(error)));

    // A long list takes longer to read than a short one that came after it.
    let order: Promise<unknown> = Promise.resolve();
    const inOrder = (act: () => Promise<void>): Promise<void> => {
      const turn = order.then(act);
      order = turn.catch(() => undefined);
      return turn;
    };
    const accept = async (message: Message, send: Send, done: Done): Promise<void> => {
      const job: Job = { message, ...(await readPayload(message, columns)) };
      ways.set(job, { send, done });
      if (!(await remover).add(job)) throw new Error("Too many messages wait already. Nothing was sent.");
      if (Date.now() - lastShown > SHORTEST_PAUSE_MS) node.status({ fill: "blue", shape: "dot", text: "…" });
    };
    const stop = async (done: Done): Promise<void> => {
      await inOrder(() => Promise.resolve());
      await (await remover).stop();
      done();
    };
    node.on("input", (message, send, done) => {
      const handled = message.stop === true ? stop(done) : inOrder(() => accept(message, send, done));
      handled.catch((error: unknown) => {
        node.status({ fill: "red", shape: "ring", text: red._("skipcall.status.refused") });
        done(error instanceof Error ? error : new Error(String(error)));
      });
    });
    node.on("close", (removed, done) => {
      remover
        .then((one) => one.close(removed))
        .catch(() => undefined)
        .finally(done);
    });
  }

  red.nodes.registerType("skipcall-account", Account, { credentials: { key: { type: "password" } } });
  red.nodes.registerType("skipcall-remove-contacts", RemoveContacts);
};
