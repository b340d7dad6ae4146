// Watch a run of the workbench from outside, for a search afterwards: what its screen has shown, and what its programs were started with.
import type { Page } from "playwright-core";
import { descendantsOf, inProc } from "../runner/processTree.ts";

/** Where the workbench says something for a moment. */
const places = [
  ".notification-list-item",
  ".monaco-dialog-box",
  ".quick-input-widget",
  ".monaco-hover",
  ".statusbar-item",
] as const;

/** Collects every text that is shown there, also after a reload. */
export async function watchScreen(page: Page): Promise<ReadonlySet<string>> {
  const shown = new Set<string>();
  await page.exposeFunction("noteShown", (text: string) => shown.add(text));
  await page.addInitScript(observe, places.join());
  await page.evaluate(observe, places.join());
  return shown;
}

/** Runs in the page. */
function observe(selector: string): void {
  const note = (node: Node): void => {
    const element = node instanceof Element ? node : node.parentElement;
    const place = element?.closest(selector) ?? element?.querySelector(selector);
    const said = place?.textContent ?? "";
    if (said !== "") void (globalThis as unknown as { noteShown(text: string): unknown }).noteShown(said);
  };
  new MutationObserver((records) => {
    for (const { target, addedNodes } of records) for (const node of [target, ...addedNodes]) note(node);
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

export type ProcessWatch = AsyncDisposable & {
  /** Command line and environment of each process, as it was started; by process id and command line. */
  readonly seen: ReadonlyMap<string, string>;
};

/** Looks again and again at everything that descends from a process. Linux tells; elsewhere nothing is seen. */
export function watchProcesses(root: number): ProcessWatch {
  const seen = new Map<string, string>();
  let over = false;
  const look = async (): Promise<void> => {
    while (!over) {
      for (const pid of await descendantsOf(root)) {
        const [command, environment] = await Promise.all([inProc(pid, "cmdline"), inProc(pid, "environ")]);
        if (environment !== "") seen.set(`${pid} ${command.slice(0, 200)}`, `${command}\n${environment}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const looking = look();
  return {
    seen,
    async [Symbol.asyncDispose]() {
      over = true;
      await looking;
    },
  };
}
