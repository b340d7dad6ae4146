// Drives the workbench in a headless Chromium as a person does: keys, clicks and what can be read on the screen.
// Everything waits for a condition; nothing sleeps, and every bound stretches with the load of the machine.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type FrameLocator, type Locator, type Page } from "playwright-core";
import { startPatience, stretched } from "../runner/patience.ts";
import { ensureChromium, outputFolder } from "../runner/tools.ts";

export type Notification = { readonly message: string; readonly severity: string; readonly buttons: readonly string[] };

export type QuickInput = {
  readonly title: string;
  /** "2/5", or nothing where the input has no steps. */
  readonly step: string;
  readonly value: string;
  readonly placeholder: string;
  /** The prompt, or the validation's sentence. */
  readonly message: string;
  readonly severity: "none" | "info" | "warning" | "error";
  readonly password: boolean;
  readonly items: readonly string[];
};

export type BrowserHandle = { readonly context: BrowserContext; close(): Promise<void> };

/** How long anything may take on a quiet machine. */
const patienceMs = 30_000;

/** A persistent context: what the page keeps (the key of SecretStorage among it) outlives a reload. */
export async function launchBrowser(options: { readonly profile?: string } = {}): Promise<BrowserHandle> {
  const { executable, env } = await ensureChromium();
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), "la-profile-")));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    env: { ...process.env, ...env },
    headless: true,
    timeout: stretched(patienceMs),
    viewport: { width: 1280, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"],
  });
  const stretch = (): void => context.setDefaultTimeout(stretched(patienceMs));
  stretch();
  const stretching = setInterval(stretch, 1_000);
  const close = async (): Promise<void> => {
    clearInterval(stretching);
    await context.close();
    if (options.profile === undefined) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { context, close };
}

/** Opens the workbench and waits until it takes commands. */
export async function openWorkbench(browser: BrowserHandle, url: string): Promise<Person> {
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  await page.goto(url, { waitUntil: "domcontentloaded" });
  const person = new Person(page);
  await person.ready();
  return person;
}

/** A person at the workbench. */
export class Person {
  readonly page: Page;
  /** Keys that open something, clicks, and answers that end with Enter, so far. */
  #interactions = 0;

  constructor(page: Page) {
    this.page = page;
  }

  get interactions(): number {
    return this.#interactions;
  }

  /** The status bar and the remote extension host are there. */
  async ready(): Promise<void> {
    await this.page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: stretched(45_000) });
    await this.page.locator(".monaco-workbench .part.activitybar, .monaco-workbench .part.editor").first().waitFor();
  }

  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: "domcontentloaded" });
    await this.ready();
  }

  async screenshot(name: string): Promise<string> {
    const path = join(outputFolder, "screenshots", `${name}.png`);
    await mkdir(join(outputFolder, "screenshots"), { recursive: true });
    await this.page.screenshot({ path });
    return path;
  }

  // The command palette and quick inputs.

  /** Runs a command by the title that the palette shows, "LanceDB: Add Connection". */
  async runCommand(title: string): Promise<void> {
    // The key for the palette, and the command.
    this.#interactions += 2;
    const row = this.quickRow(title);
    // Opened right after the start, the palette may not know the extension's commands yet, and does not learn of them.
    await until(`the command “${title}” in the palette`, async () => {
      const input = await this.openPalette();
      await input.fill(`>${title}`, { timeout: stretched(2_000) });
      const known = await row.waitFor({ timeout: stretched(1_000) }).then(
        () => true,
        () => false,
      );
      // A page that has just been opened may take the focus, and the palette closes.
      if (known && (await clicked(row))) return true;
      await this.page.keyboard.press("Escape");
      await this.quickInputGone();
      return false;
    });
  }

  /** The commands that the palette offers for a text. */
  async findCommands(text: string): Promise<readonly string[]> {
    const input = await this.openPalette();
    await input.fill(`>${text}`);
    await this.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
    const found = await this.readItems();
    await this.page.keyboard.press("Escape");
    await this.quickInputGone();
    return found;
  }

  private async openPalette(): Promise<Locator> {
    const input = this.quickBox();
    await until(`the command palette`, async () => {
      if (!(await this.page.locator(".quick-input-widget").isVisible())) await this.page.keyboard.press("F1");
      return (await input.isVisible()) && (await input.inputValue({ timeout: stretched(1_000) })).startsWith(">");
    });
    return input;
  }

  private quickWidget(): Locator {
    return this.page.locator(".quick-input-widget:visible");
  }

  private quickBox(): Locator {
    return this.quickWidget().locator(".quick-input-box input");
  }

  private quickRow(text: string | RegExp): Locator {
    const rows = this.quickWidget().locator(".quick-input-list .monaco-list-row");
    if (typeof text !== "string") return rows.filter({ hasText: text }).first();
    const label = this.page.locator(".label-name", {
      hasText: new RegExp(`^\\s*(\\$\\([\\w-]+\\)\\s*)?${escape(text)}\\s*$`),
    });
    return rows.filter({ has: label }).first();
  }

  /** What the quick input says now; waits for one whose title, placeholder or prompt fits. */
  async quickInput(fits: string | RegExp = /[\s\S]*/): Promise<QuickInput> {
    let last: QuickInput | undefined;
    await until(
      `a quick input that says ${String(fits)}`,
      async () => {
        if ((await this.quickWidget().count()) === 0) return false;
        last = await this.readQuickInput();
        return matches(`${last.title}\n${last.placeholder}\n${last.message}\n${last.items.join("\n")}`, fits);
      },
      () => (last === undefined ? "none is open" : JSON.stringify(last)),
    );
    if (last === undefined) throw new Error("no quick input");
    return last;
  }

  private async readQuickInput(): Promise<QuickInput> {
    return this.quickWidget().evaluate((widget) => {
      const text = (selector: string): string => widget.querySelector(selector)?.textContent.trim() ?? "";
      const shownTitle = text(".quick-input-title");
      const step = /\((\d+\/\d+)\)\s*$/.exec(shownTitle)?.[1] ?? /^(\d+\/\d+)$/.exec(shownTitle)?.[1] ?? "";
      const title = shownTitle.replace(/\s*\(?\d+\/\d+\)?\s*$/, "");
      const input = widget.querySelector<HTMLInputElement>(".quick-input-box input");
      const box = widget.querySelector(".quick-input-box .monaco-inputbox");
      const message = widget.querySelector<HTMLElement>(".quick-input-message");
      const styled = `${box?.className ?? ""} ${message?.className ?? ""}`;
      const icon = widget.querySelector(".quick-input-message .codicon")?.className ?? "";
      const severity = (["error", "warning", "info"] as const).find(
        (name) => new RegExp(`(^|[\\s-])${name}($|\\s)`).test(styled) || icon.includes(`codicon-${name}`),
      );
      const rows = [...widget.querySelectorAll(".quick-input-list .monaco-list-row .label-name")];
      const listed = widget.querySelector<HTMLElement>(".quick-input-list")?.offsetParent !== null;
      return {
        title,
        step,
        value: input?.value ?? "",
        placeholder: input?.placeholder ?? "",
        message: message?.offsetParent instanceof Element ? message.textContent.trim() : "",
        severity: severity ?? ("none" as const),
        password: input?.type === "password",
        items: listed ? rows.map((row) => row.textContent.trim()) : [],
      };
    });
  }

  private async readItems(): Promise<readonly string[]> {
    const names = this.quickWidget().locator(".quick-input-list .monaco-list-row .label-name");
    return (await names.allTextContents()).map((name) => name.trim());
  }

  /** Replaces what stands in the input, without leaving it. */
  async type(text: string): Promise<void> {
    await this.quickBox().fill(text);
  }

  /** Types an answer into the input that says so, and presses Enter. */
  async answer(fits: string | RegExp, text: string): Promise<void> {
    this.#interactions += 1;
    await this.quickInput(fits);
    await this.type(text);
    await this.quickBox().press("Enter");
  }

  async pressEnter(): Promise<void> {
    this.#interactions += 1;
    await this.quickBox().press("Enter");
  }

  /** Picks an item of the open list by its label. */
  async pick(label: string | RegExp): Promise<void> {
    this.#interactions += 1;
    const row = this.quickRow(label);
    await row.waitFor();
    await row.click();
  }

  /** Presses a button of the quick input's title bar, "Back". */
  async pressQuickButton(name: string): Promise<void> {
    this.#interactions += 1;
    await this.quickWidget().getByRole("button", { name }).first().click();
  }

  async escape(): Promise<void> {
    this.#interactions += 1;
    await this.page.keyboard.press("Escape");
  }

  async quickInputGone(): Promise<void> {
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  // Notifications and dialogs.

  async notifications(): Promise<readonly Notification[]> {
    return this.page.locator(".notifications-toasts .notification-list-item").evaluateAll((items) =>
      items.map((item) => ({
        message: item.querySelector(".notification-list-item-message")?.textContent.trim() ?? "",
        severity:
          /codicon-(error|warning|info)/.exec(
            item.querySelector(".notification-list-item-icon")?.className ?? "",
          )?.[1] ?? "",
        buttons: [...item.querySelectorAll(".notification-list-item-buttons-container .monaco-button")]
          .map((button) => button.textContent.trim())
          .filter((label) => label !== ""),
      })),
    );
  }

  /** Waits for a notification that says so. */
  async notification(fits: string | RegExp): Promise<Notification> {
    let seen: readonly Notification[] = [];
    await until(
      `a notification that says ${String(fits)}`,
      async () => {
        seen = await this.notifications();
        return seen.some(({ message }) => matches(message, fits));
      },
      () => JSON.stringify(seen),
    );
    const found = seen.find(({ message }) => matches(message, fits));
    if (found === undefined) throw new Error("no notification");
    return found;
  }

  async pressNotificationButton(fits: string | RegExp, button: string): Promise<void> {
    this.#interactions += 1;
    const item = this.page.locator(".notification-list-item:visible").filter({ hasText: fits });
    const target = item.locator(".monaco-button", { hasText: button }).first();
    // After ten seconds it is only in the list behind the bell: on a busy machine one may come too late for the toast.
    await until(`the button “${button}” of ${String(fits)}`, async () => {
      if (await clicked(target)) return true;
      await this.showPastNotifications();
      return false;
    });
  }

  private async showPastNotifications(): Promise<void> {
    const isShown = await this.page.locator(".notifications-center").isVisible();
    if (!isShown) await this.runCommand("Notifications: Show Notifications");
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand("Notifications: Clear All Notifications");
    await this.page.locator(".notifications-toasts .notification-list-item").first().waitFor({ state: "detached" });
  }

  /** The text of the modal dialog. */
  async dialog(fits: string | RegExp): Promise<string> {
    const box = this.page.locator(".monaco-dialog-box").filter({ hasText: fits });
    await box.waitFor();
    return (await box.innerText()).trim();
  }

  async pressDialogButton(name: string): Promise<void> {
    this.#interactions += 1;
    await this.page.locator(".monaco-dialog-box").getByRole("button", { name, exact: true }).click();
  }

  // The status bar.

  private statusItem(name: string | RegExp): Locator {
    return this.page.locator(".part.statusbar").getByRole("button", { name }).first();
  }

  /** The visible text of the status bar item with that accessible name. */
  async statusBar(name: string | RegExp): Promise<string> {
    const item = this.statusItem(name);
    await item.waitFor();
    return (await item.innerText()).trim();
  }

  /** Accessible name, text and background of every item, for reading and for failures. */
  async statusBarItems(): Promise<readonly { name: string; text: string; kind: string }[]> {
    return this.page.locator(".part.statusbar .statusbar-item").evaluateAll((items) =>
      items.map((item) => ({
        name: item.querySelector("a")?.getAttribute("aria-label") ?? "",
        text: item.textContent.trim(),
        kind: /(warning|error)-kind/.exec(item.getAttribute("class") ?? "")?.[1] ?? "",
      })),
    );
  }

  async hasStatusBar(name: string | RegExp): Promise<boolean> {
    return this.statusItem(name).isVisible();
  }

  async clickStatusBar(name: string | RegExp): Promise<void> {
    this.#interactions += 1;
    await this.statusItem(name).click();
  }

  /** The text of the tooltip that appears over a status bar item. */
  async hoverStatusBar(name: string | RegExp): Promise<string> {
    await this.page.mouse.move(640, 300);
    await this.statusItem(name).hover();
    const hover = this.page.locator(".monaco-hover:visible, .workbench-hover:visible").last();
    await hover.waitFor();
    return (await hover.innerText()).trim();
  }

  // Files.

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.runCommand("Go to File...");
    await this.type(name);
    await this.pick(name);
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
  }

  /** The whole text of the open editor, as a person copies it. */
  async copyEditor(tab: string): Promise<string> {
    await this.page.locator(".tab.active", { hasText: tab }).waitFor({ timeout: stretched(45_000) });
    const clipboard = (): Promise<string> => this.page.evaluate(() => navigator.clipboard.readText());
    await this.page.evaluate(() => navigator.clipboard.writeText(""));
    await this.page.locator(".editor-instance .view-lines").first().click();
    // The editor may not have the focus at once, and what was copied is on the clipboard a moment later.
    await until(`the text of ${tab} on the clipboard`, async () => {
      await this.page.keyboard.press("Control+A");
      await this.page.keyboard.press("Control+C");
      return (await clipboard()) !== "";
    });
    return clipboard();
  }

  /** Chooses from the menu that has just opened, or from a part of it. */
  async chooseFromMenu(entry: string): Promise<void> {
    const menu = this.page.locator(".monaco-menu").first();
    await menu.waitFor();
    // A menu takes no click in its first moments, lest the one that opened it choose something.
    await until(`that “${entry}” is chosen`, async () => {
      if (await menu.isHidden()) return true;
      await menu.getByRole("menuitem", { name: entry, exact: true }).click({ timeout: stretched(2_000) });
      return menu.waitFor({ state: "hidden", timeout: stretched(2_000) }).then(
        () => true,
        () => false,
      );
    });
  }

  /** The entry of the list that opens on the light bulb's key, where the cursor stands. */
  async quickFix(entry: string): Promise<Locator> {
    const fix = this.page.locator(".action-widget .monaco-list-row", { hasText: entry });
    // On a busy machine the editor may redraw its lines just then, and the list does not open.
    await until(`the quick fix “${entry}”`, async () => {
      await this.page.keyboard.press("Control+.");
      return fix.waitFor({ timeout: stretched(2_000) }).then(
        () => true,
        () => false,
      );
    });
    return fix;
  }

  /** Does what makes the workbench open a page, and answers that page. */
  async opensPage(act: () => Promise<void>): Promise<Page> {
    const opened = this.page.context().waitForEvent("page");
    await act();
    return opened;
  }

  /** A webview is a frame in a frame. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  }

  // The terminal.

  /** Opens a new terminal and waits for its prompt. @param command another one where several folders are open: the usual asks which */
  async openTerminal(command = "Terminal: Create New Terminal"): Promise<void> {
    const before = await this.page.locator(".terminal-wrapper").count();
    await this.runCommand(command);
    await until("a new terminal", async () => (await this.page.locator(".terminal-wrapper").count()) > before);
    await this.page.locator(".terminal-wrapper.active .xterm-rows").waitFor();
    await this.waitForTerminalText(/[#$%>❯]\s*$/);
  }

  private terminalRows(): Locator {
    return this.page.locator(".terminal-wrapper.active .xterm-rows > div");
  }

  /** Types a line into the visible terminal. */
  async typeInTerminal(text: string): Promise<void> {
    this.#interactions += 1;
    await this.page.locator(".terminal-wrapper.active .xterm-helper-textarea").focus();
    await this.page.keyboard.insertText(text);
    await this.page.keyboard.press("Enter");
  }

  async pressInTerminal(key: string): Promise<void> {
    this.#interactions += 1;
    await this.page.locator(".terminal-wrapper.active .xterm-helper-textarea").focus();
    await this.page.keyboard.press(key);
  }

  /** The rows that the visible terminal shows, trailing blanks cut. */
  async terminalText(): Promise<string> {
    const rows = await this.terminalRows().allTextContents();
    return rows
      .map((row) => row.replaceAll("\u00a0", " ").trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** Waits until the terminal shows the text, also where a long line wraps. Answers what it shows then. */
  async waitForTerminalText(fits: string | RegExp, quietMs = 45_000): Promise<string> {
    let last = "";
    await until(
      `a terminal that shows ${String(fits)}`,
      async () => {
        last = await this.terminalText();
        return matches(last, fits) || matches(last.replaceAll("\n", ""), fits);
      },
      () => last,
      quietMs,
    );
    return last;
  }

  async clearTerminal(): Promise<void> {
    await this.runCommand("Terminal: Clear");
  }

  /** Opens the panel's Output view at a channel and answers its text. */
  async outputChannel(name: string): Promise<string> {
    await this.runCommand("Output: Show Output Channels...");
    await this.pick(name);
    const lines = this.page.locator(".part.panel .view-lines .view-line");
    await lines.first().waitFor();
    return (await lines.allTextContents()).join("\n").replaceAll("\u00a0", " ");
  }
}

/** Asks again until the answer is yes; the failure says what was seen last. @param quietMs how long, on a quiet machine */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  seen: () => string = () => "",
  quietMs = patienceMs,
): Promise<void> {
  const patience = startPatience(quietMs);
  let cause: unknown;
  do {
    try {
      if (await holds()) return;
      cause = undefined;
    } catch (error) {
      // The page may be between two states, an element gone since it was found.
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  } while (!patience.isOver());
  const seconds = Math.round(patience.waitedMs() / 1000);
  throw new Error(`Waited ${String(seconds)} s for ${what}; last seen: ${seen()}`, { cause });
}

/** Whether the click could be made at once. */
function clicked(target: Locator): Promise<boolean> {
  return target.click({ timeout: stretched(2_000) }).then(
    () => true,
    () => false,
  );
}

function matches(text: string, fits: string | RegExp): boolean {
  return typeof fits === "string" ? text.includes(fits) : fits.test(text);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
