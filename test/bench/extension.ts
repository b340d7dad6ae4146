// The extension as a person has it: the size of its package and of what is read at activation, and the time that takes in the real
// extension host as VS Code itself measures it, with a connection configured. Read from the editor "Running Extensions".
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageVsix } from "../support/package.ts";
import { launchBrowser, openWorkbench, until, type Person } from "../support/workbench/person.ts";
import { ensureCodeServer, loud, root } from "../support/runner/tools.ts";
import { startWorkbench } from "../support/workbench/workbench.ts";
import { median, type Figure } from "./figure.ts";

const starts = 5;

export async function extensionFigures(): Promise<readonly Figure[]> {
  const vsix = await packageVsix();
  const times = await activationTimes(vsix);
  return [
    {
      name: "activation in the extension host",
      unit: "ms",
      ours: median(times.map(({ ours }) => ours)),
      baseline: median(times.flatMap(({ others }) => others)),
      against: "VS Code's own extensions",
      bar: { of: "ours", atMost: 50 },
    },
    {
      name: "the bundle that is read at activation",
      unit: "KB",
      ...(await bundleSizes()),
      against: "VS Code's own Microsoft sign-in",
    },
    {
      name: "VSIX",
      unit: "KB",
      ours: (await stat(vsix)).size / 1000,
      baseline: 700,
      against: "its limit",
      bar: { of: "ours", atMost: 700 },
    },
  ];
}

/** Minified, as it is shipped; VS Code's likewise, without its native parts. */
async function bundleSizes(): Promise<Pick<Figure, "ours" | "baseline">> {
  const folder = await mkdtemp(join(tmpdir(), "la-bundle-"));
  try {
    await loud(process.execPath, ["esbuild.mjs", "--production", `--outdir=${folder}`], root);
    const { folder: codeServer } = await ensureCodeServer();
    const microsoft = join(codeServer, "lib", "vscode", "extensions", "microsoft-authentication");
    const [ours, baseline] = await Promise.all([
      stat(join(folder, "extension.cjs")),
      stat(join(microsoft, "dist", "extension.js")),
    ]);
    return { ours: ours.size / 1000, baseline: baseline.size / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Activations = { readonly ours: number; readonly others: readonly number[] };

async function activationTimes(vsix: string): Promise<readonly Activations[]> {
  const connection = { name: "bench", uri: "db://bench", issuerUrl: "http://127.0.0.1:9", clientId: "bench" };
  const workbench = await startWorkbench({ vsix, settings: { "lancedbAuth.connections": [connection] } });
  const browser = await launchBrowser();
  try {
    const found: Activations[] = [];
    const person = await openWorkbench(browser, workbench.url);
    for (let start = 0; start < starts; start++) {
      if (start > 0) await person.reload();
      found.push(await readActivations(person));
    }
    return found;
  } finally {
    await browser.close();
    await workbench.close();
  }
}

async function readActivations(person: Person): Promise<Activations> {
  // Tall enough for all of them: the list holds only rows that are in sight.
  await person.page.setViewportSize({ width: 1280, height: 1600 });
  await person.statusBar(/^LanceDB connection bench: /);
  await person.runCommand("Developer: Show Running Extensions");
  let rows: readonly string[] = [];
  await until(
    "the extension among the running ones, with its activation time",
    async () => {
      rows = await person.page.locator(".monaco-list-row", { hasText: "Activation:" }).allInnerTexts();
      return rows.some(isOurs);
    },
    () => rows.join("; "),
  );
  const times = (wanted: (row: string) => boolean): number[] =>
    rows.filter(wanted).map((row) => Number(/Activation: (\d+)\s*ms/.exec(row)?.[1]));
  return { ours: median(times(isOurs)), others: times((row) => !isOurs(row)) };
}

function isOurs(row: string): boolean {
  return row.includes("LanceDB Auth");
}
