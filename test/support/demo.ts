// npm run demo: everything that it takes to try the extension by hand, in VS Code, against real servers on this machine.
//   --check           drives the whole way headless, and ends with 0 or says what failed
//   --web             serves the workbench even where the desktop VS Code is installed
//   --token-seconds N tokens that live N seconds (600)
import { parseArgs } from "node:util";
import { checkDemo } from "./runner/demoCheck.ts";
import { findDesktopCode, openDesktop } from "./workbench/desktop.ts";
import { packageVsix } from "./package.ts";
import { setStage, type Stage } from "./workbench/stage.ts";
import { ensureChromium, ensureCodeServer } from "./runner/tools.ts";
import { startWorkbench } from "./workbench/workbench.ts";

const { values: flags } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    web: { type: "boolean", default: false },
    "token-seconds": { type: "string", default: "600" },
  },
});
const startedAt = Date.now();
const closers: (() => Promise<void>)[] = [];
// Every signal is taken, not only the first: npm and the bootstrap pass a Ctrl-C on that arrives here by itself as well.
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      resolve();
    });
  }
});

try {
  await Promise.race([demo(), interrupted]);
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
for (const close of closers.reverse()) await close().catch((error: unknown) => console.error(error));
process.exit();

async function demo(): Promise<void> {
  const code = flags.check || flags.web ? undefined : findDesktopCode();
  if (code === undefined) await ensureCodeServer();
  if (flags.check) await ensureChromium();
  say("starting an authorization server and a LanceDB server");
  const stage = await setStage({ accessTokenSeconds: Number(flags["token-seconds"]) });
  closers.push(() => stage.close());
  if (stage.python === undefined) say("there is no Python 3.9 or later with venv on this machine: Node alone");
  say("building and packaging the extension");
  const vsix = await packageVsix();
  if (code === undefined) await inBrowser(vsix, stage);
  else await onDesktop(code, vsix, stage);
}

async function onDesktop(code: string, vsix: string, stage: Stage): Promise<void> {
  say("opening VS Code");
  const { workspace, env, settings } = stage;
  const desktop = await openDesktop({ code, vsix, workspace, env, settings });
  closers.push(() => desktop.close());
  tell(stage, "VS Code is open with the workspace of the demo.", "Closing its window or Ctrl-C here stops everything.");
  await desktop.closed;
}

async function inBrowser(vsix: string, stage: Stage): Promise<void> {
  say("starting VS Code's workbench");
  const { workspace, env, settings } = stage;
  const workbench = await startWorkbench({ vsix, workspace, env, settings });
  closers.push(() => workbench.close());
  if (flags.check) {
    await checkDemo(workbench.url, stage, say);
    say("the demo works");
    return;
  }
  tell(stage, `Open VS Code at  ${workbench.url}`, "Ctrl-C here stops everything.");
  await interrupted;
}

function tell({ answers, python, workspace }: Stage, opening: string, ending: string): void {
  const scripts = [...(python === undefined ? [] : ["python search.py"]), "node search.mjs"];
  console.log(`
${opening}

  1. Press F1, choose  LanceDB: Add Connection  and answer

       name           ${answers.name}
       URI            ${answers.uri}
       host           ${answers.host}
       sign in by     ${answers.signIn}
       issuer         ${answers.issuer}
       client id      ${answers.clientId}
       client secret  ${answers.clientSecret}

  2. Open a terminal in VS Code and type

${scripts.map((script) => `       ${script}`).join("\n")}

  3. Click “${answers.name}” in the status bar to replace the token, and run them again.

The workspace is a copy in ${workspace}; its README.md says the rest.
${ending}
`);
}

function say(text: string): void {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stderr.write(`» ${seconds.padStart(6)} s  ${text}\n`);
}
