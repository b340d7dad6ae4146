// Walks the demo's whole way headless, as a person would, and throws at the first thing that is not as promised.
import { addConnection, clickToRefresh, runInTerminal, signedInStatus } from "../workbench/journey.ts";
import { launchBrowser, openWorkbench, until, type Person } from "../workbench/person.ts";
import type { Stage } from "../workbench/stage.ts";

export async function checkDemo(url: string, stage: Stage, say: (text: string) => void): Promise<void> {
  const browser = await launchBrowser();
  try {
    const person = await openWorkbench(browser, url);
    try {
      await walk(person, stage, say);
    } catch (error) {
      const path = await person.screenshot("demo-check-failed").catch(() => "(none could be taken)");
      throw new Error(`${error instanceof Error ? error.message : String(error)}\nscreenshot: ${path}`, {
        cause: error,
      });
    }
  } finally {
    await browser.close();
  }
}

async function walk(person: Person, stage: Stage, say: (text: string) => void): Promise<void> {
  const { name } = stage.answers;
  say("adding the connection through the command palette");
  const { message } = await addConnection(person, stage.answers);
  say(`VS Code says: ${message}`);
  say(`the status bar shows “${await signedInStatus(person, name)}”`);
  await person.openTerminal();
  await runScripts(person, stage, say);

  const before = stage.authorization.tokenRequests.length;
  await clickToRefresh(person, name);
  await until("a new token", async () => Promise.resolve(stage.authorization.tokenRequests.length > before));
  say(`a click has replaced the token; the status bar shows “${await signedInStatus(person, name)}”`);
  await runScripts(person, stage, say);
  await person.screenshot("demo-check");
}

async function runScripts(person: Person, stage: Stage, say: (text: string) => void): Promise<void> {
  const python = stage.python === undefined ? [] : ["python search.py"];
  for (const command of [...python, "node search.mjs"]) {
    const before = stage.lancedb.requests.length;
    const { exitCode, output } = await runInTerminal(person, command);
    const birds = output.match(/Gentoo/g)?.length ?? 0;
    if (exitCode !== 0 || birds === 0) throw new Error(`${command} ended with ${String(exitCode)}:\n${output}`);
    const requests = stage.lancedb.requests.slice(before);
    const odd = requests.find(({ status, authorization }) => status !== 200 || authorization !== "bearer");
    if (requests.length === 0 || odd !== undefined)
      throw new Error(`${command} was answered ${JSON.stringify(requests)}`);
    say(`${command} found ${String(birds)} penguins in ${String(requests.length)} requests, each with a good token`);
  }
}
