#!/usr/bin/env node
// Stands in for the desktop VS Code where there is none: takes its command line, runs the suite in the extension host of
// VS Code's own server with a headless Chromium as its window, and ends with the suite's exit code.
// @vscode/test-electron starts it as it would start VS Code, so one runner serves both.
import { parseArgs } from "node:util";
import { startPatience } from "../runner/patience.ts";
import { launchBrowser, type BrowserHandle } from "./person.ts";
import { startTestServer, type Workbench } from "./workbench.ts";

/** What the workbench and the extension host said; shown when the suite fails. The tests themselves are in the report. */
const said: string[] = [];

/** A suite that never reports (its extension host has died) ends here: ten minutes of a quiet machine. */
const deadlineMs = 10 * 60_000;

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: { extensionDevelopmentPath: { type: "string", multiple: true }, extensionTestsPath: { type: "string" } },
});
const { extensionDevelopmentPath = [], extensionTestsPath } = values;
const [extensionPath, ...moreExtensions] = extensionDevelopmentPath.filter((path) => typeof path === "string");
if (extensionPath === undefined || typeof extensionTestsPath !== "string") {
  throw new Error("codeLauncher needs --extensionDevelopmentPath and --extensionTestsPath");
}

const server = await startTestServer({
  extensionPath,
  moreExtensions,
  testsPath: extensionTestsPath,
  ...(positionals[0] === undefined ? {} : { workspace: positionals[0] }),
});
const browser = await launchBrowser();
process.exitCode = await Promise.race([runSuite(server, browser), interrupted(), late(server, browser)]);
if (process.exitCode !== 0) console.error(said.join("\n"));
await browser.close();
await server.close();
process.exit();

/** Opens the page that runs the suite; resolves with the code that the workbench ends with. */
async function runSuite({ url }: Workbench, { context }: BrowserHandle): Promise<number> {
  const page = context.pages()[0] ?? (await context.newPage());
  const { promise: exit, resolve } = Promise.withResolvers<number>();
  await page.exposeFunction("codeAutomationLog", noteFromPage);
  await page.exposeFunction("codeAutomationExit", (code: unknown) => {
    resolve(typeof code === "number" ? code : 1);
  });
  // Without a key that stays the same, SecretStorage would forget everything at a reload.
  const key = Buffer.alloc(32, 7);
  await page.route("**/mint-key", (route) => route.fulfill({ body: key, contentType: "application/octet-stream" }));
  await page.goto(url, { waitUntil: "domcontentloaded" });
  return exit;
}

/** As the workbench hands it over: a severity and the arguments of console.log. */
function noteFromPage(severity: unknown, args: unknown): void {
  const parts = (Array.isArray(args) ? args : [args]).map((part) =>
    typeof part === "string" ? part : JSON.stringify(part),
  );
  said.push(`${String(severity)}: ${parts.join(" ").replaceAll("%c", "")}`);
}

function interrupted(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(130));
  });
}

async function late(workbench: Workbench, { context }: BrowserHandle): Promise<number> {
  const patience = startPatience(deadlineMs);
  while (!patience.isOver()) await new Promise((resolve) => setTimeout(resolve, 1_000));
  console.error(
    `The suite has not ended within ${Math.round(patience.waitedMs() / 60_000)} minutes. VS Code's server said:\n${workbench.output()}`,
  );
  console.error(`The page shows:\n${(await context.pages()[0]?.locator("body").innerText()) ?? "nothing"}`);
  return 1;
}
