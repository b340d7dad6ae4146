// Where a program in a new terminal of this window finds the broker.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { environmentNames } from "../../src/ids.ts";

/** What a new terminal finds in the one variable that it gets; asked again until the window has set it. */
export async function pointerOfTerminals(): Promise<string> {
  const folder = await mkdtemp(join(__dirname, "token-"));
  const file = join(folder, "pointer");
  const program = `
    const { renameSync, writeFileSync } = require("node:fs");
    const [, file, name] = process.argv;
    writeFileSync(file + ".part", process.env[name] ?? "");
    renameSync(file + ".part", file);`;
  try {
    for (let found = ""; ; found = "") {
      const shellArgs = ["-e", program, file, environmentNames.session];
      const closed = closing(vscode.window.createTerminal({ name: "pointer", shellPath: "node", shellArgs }));
      await closed;
      if (existsSync(file)) found = await readFile(file, "utf8");
      if (found !== "") return found;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function closing(terminal: vscode.Terminal): Promise<void> {
  return new Promise((resolve) => {
    const subscription = vscode.window.onDidCloseTerminal((closed) => {
      if (closed !== terminal) return;
      subscription.dispose();
      resolve();
    });
  });
}
