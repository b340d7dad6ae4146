// Front ends other than VS Code's notebooks, as they are started in an integrated terminal: their kernels inherit what it has, and an unchanged
// notebook connects. They weigh more than all the other packages, hence here; a line of docs/notebooks.md for each.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { ensureFrontEnds } from "../support/runner/tools.ts";
import { startJupyterServer } from "../support/workbench/jupyterStandIn/jupyterServer.ts";
import { KernelChannel, type KernelMessage } from "../support/workbench/jupyterStandIn/kernelChannel.ts";
import { startSession, type Ended, type Session } from "../support/session.ts";

const code = 'import lancedb; print("tables:", lancedb.connect("db://demo").table_names())';
const expected = "tables: ['penguins']";

let session: Session;
let python: string;
let env: Readonly<Record<string, string>> | undefined;
before(async () => {
  session = await startSession();
  const place = await ensureFrontEnds();
  if (place === undefined) return;
  python = place.python;
  env = { PYTHONPATH: [session.env["PYTHONPATH"] ?? "", place.folder].join(delimiter), JUPYTER_PLATFORM_DIRS: "1" };
  const metadata = { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } };
  const cell = { cell_type: "code", id: "first", metadata: {}, source: code, outputs: [], execution_count: null };
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata, cells: [cell] };
  await writeFile(join(session.folder, "search.ipynb"), JSON.stringify(notebook));
});
after(() => session[Symbol.asyncDispose]());

const on = (name: string, run: () => Promise<string>): void => {
  test(`${name} connects`, async (context) => {
    if (env === undefined) context.skip("this machine has no Python 3.9 or newer");
    else assert.match(await run(), new RegExp(expected.replace(/[[\]]/g, "\\$&")));
  });
};

const run = async (...args: readonly string[]): Promise<string> =>
  said(await session.run(python, args, env === undefined ? {} : { env }));

function said({ stdout, stderr }: Ended): string {
  return `${stdout}\n${stderr}`;
}

on("nbconvert --execute", () => run("-m", "nbconvert", "--to", "notebook", "--execute", "--stdout", "search.ipynb"));

on("papermill", () => run("-m", "papermill", "search.ipynb", "-"));

on("jupyter console", async () => {
  const line = `import subprocess, sys; print(subprocess.run([sys.executable, "-m", "jupyter_console", "--simple-prompt"], input=${JSON.stringify(`${code}\nexit\n`)}, capture_output=True, text=True).stdout)`;
  return run("-c", line);
});

on("marimo", async () => {
  const app = `import marimo\napp = marimo.App()\n\n@app.cell\ndef _():\n    ${code.replace("; ", "\n    ")}\n    return\n\nif __name__ == "__main__":\n    app.run()\n`;
  await writeFile(join(session.folder, "app.py"), app);
  return run("-m", "marimo", "export", "html", "app.py");
});

on("a Jupyter server of the terminal", async () => {
  const place = { python, folder: session.folder, env: { ...process.env, ...session.env, ...env } };
  const server = await startJupyterServer(place);
  try {
    const channel = await KernelChannel.start(server);
    let output = "";
    await channel.execute(code, { store_history: true, allow_stdin: false }, ({ content }: KernelMessage) => {
      output += JSON.stringify(content);
    });
    await channel.end();
    return output;
  } finally {
    await server.close();
  }
});
