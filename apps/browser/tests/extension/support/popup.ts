// The toolbar's popup, opened as by a click on the extension's icon, which is what grants activeTab. Playwright does
// not show popups as pages, so this one is driven by the DevTools protocol.
import { setTimeout } from "node:timers/promises";
import type { CDPSession } from "playwright-core";

interface Target {
  targetId: string;
  type: string;
  url: string;
}

interface Reply {
  id: number;
  error?: { message: string };
  result?: Record<string, unknown>;
}

/** Commands to one target that answers through the browser's session. */
class TargetSession {
  private last = 0;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private gone = false;

  private constructor(
    private readonly browser: CDPSession,
    private readonly sessionId: string,
  ) {
    browser.on("Target.receivedMessageFromTarget", (event: { sessionId: string; message: string }) => {
      if (event.sessionId !== sessionId) return;
      const reply = JSON.parse(event.message) as Reply;
      this.waiting.get(reply.id)?.(reply);
      this.waiting.delete(reply.id);
    });
    browser.on("Target.detachedFromTarget", (event: { sessionId: string }) => {
      if (event.sessionId !== sessionId) return;
      this.gone = true;
      for (const [id, answer] of this.waiting) answer({ id, error: { message: "the popup was closed" } });
    });
  }

  static async attach(browser: CDPSession, targetId: string): Promise<TargetSession> {
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: false });
    return new TargetSession(browser, sessionId);
  }

  async send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    if (this.gone) throw new Error(`${method}: the popup was closed`);
    const id = ++this.last;
    const answer = new Promise<Reply>((resolve) => this.waiting.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    await this.browser.send("Target.sendMessageToTarget", { sessionId: this.sessionId, message });
    const { error, result } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }
}

async function targets(browser: CDPSession): Promise<Target[]> {
  const { targetInfos } = await browser.send("Target.getTargets", { filter: [{}] });
  return targetInfos;
}

/** The page at that address that was not there before. */
async function newTarget(browser: CDPSession, address: string, before: Target[]): Promise<string> {
  for (;;) {
    const found = (await targets(browser)).find(
      ({ type, url, targetId }) =>
        type === "page" && url === address && !before.some((target) => target.targetId === targetId),
    );
    if (found !== undefined) return found.targetId;
    await setTimeout(20);
  }
}

export class Popup {
  private constructor(
    private readonly browser: CDPSession,
    private readonly targetId: string,
    private readonly session: TargetSession,
  ) {}

  /** Clicks the extension's icon while the tab at that address is in front. */
  static async open(browser: CDPSession, extensionId: string, tabUrl: string): Promise<Popup> {
    const before = await targets(browser);
    const tab = before.find(({ type, url }) => type === "tab" && url === tabUrl);
    if (tab === undefined) throw new Error(`there is no tab at ${tabUrl}`);
    await (browser as { send: (method: string, params: object) => Promise<unknown> }).send("Extensions.triggerAction", {
      id: extensionId,
      targetId: tab.targetId,
    });
    const targetId = await newTarget(browser, `chrome-extension://${extensionId}/popup.html`, before);
    const popup = new Popup(browser, targetId, await TargetSession.attach(browser, targetId));
    await popup.until("document.readyState === 'complete'");
    return popup;
  }

  /** A JavaScript expression; what it promises is awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const reply = await this.session.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    const { result, exceptionDetails } = reply as {
      result: { value: T };
      exceptionDetails?: { exception?: { description?: string } };
    };
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? "it threw");
    return result.value;
  }

  /** Polls until an expression, or what it promises, is true. */
  async until(condition: string): Promise<void> {
    await this.evaluate(`(async () => {
      while (!(await (${condition}))) await new Promise((resolve) => setTimeout(resolve, 20));
    })()`);
  }

  async click(id: string): Promise<void> {
    await this.evaluate(`document.getElementById(${JSON.stringify(id)}).click()`);
  }

  async fill(id: string, value: string): Promise<void> {
    await this.evaluate(`(() => {
      const field = document.getElementById(${JSON.stringify(id)});
      field.value = ${JSON.stringify(value)};
      field.dispatchEvent(new Event("change", { bubbles: true }));
    })()`);
  }

  async submit(form: string): Promise<void> {
    await this.evaluate(`document.getElementById(${JSON.stringify(form)}).requestSubmit()`);
  }

  async text(id: string): Promise<string> {
    return this.evaluate<string>(`document.getElementById(${JSON.stringify(id)}).innerText`);
  }

  async untilVisible(id: string): Promise<void> {
    await this.until(`document.getElementById(${JSON.stringify(id)}).checkVisibility()`);
  }

  /** A command as the popup's own scripts send it, and the worker's reply. */
  async ask(command: unknown): Promise<unknown> {
    return this.evaluate(`chrome.runtime.sendMessage(${JSON.stringify(command)})`);
  }

  /** A picture of it, as PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.session.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(String(data), "base64");
  }

  async emulate(media: "light" | "dark"): Promise<void> {
    await this.session.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: media }],
    });
  }

  async close(): Promise<void> {
    await this.browser.send("Target.closeTarget", { targetId: this.targetId });
    while ((await targets(this.browser)).some(({ targetId }) => targetId === this.targetId)) await setTimeout(20);
  }
}
