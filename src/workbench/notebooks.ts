// What a person sees of a notebook's connection: an item in the cells that connect, and the command that says how the kernel is reached,
// does what is missing, and offers a snippet for other languages.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";

/** How a notebook's kernel is reached, as sessions/notebookLink.ts finds it. */
export interface ShownReach {
  readonly state:
    | (
        | "unknown"
        | "noJupyter"
        | "notStarted"
        | "hooked"
        | "unhooked"
        | "elsewhere"
        | "refused"
        | "failed"
        | "nothing"
        | "off"
      )
    | ("otherLanguage" | "pushed");
  readonly language?: string;
}

export interface NotebookParts {
  readonly onDidChange: vscode.Event<void>;
  reachOf(notebook: vscode.NotebookDocument): ShownReach;
  isAllowed(notebook: vscode.NotebookDocument): boolean;
  look(notebook: vscode.NotebookDocument): Promise<ShownReach>;
  allow(notebook: vscode.NotebookDocument): Promise<ShownReach>;
  disallow(notebook: vscode.NotebookDocument): Promise<void>;
  start(notebook: vscode.NotebookDocument): Promise<ShownReach>;
}

const reachSentences: Readonly<Record<ShownReach["state"], string>> = {
  unknown: "Nobody has asked this kernel yet.",
  off: "Notebooks are off: there is no connection, the workspace is not trusted, or lancedbAuth.notebook.enabled is off.",
  noJupyter: "The Jupyter extension is not installed or not active. Select a kernel first.",
  notStarted: "The kernel has not started. A kernel on this machine connects from its first cell.",
  hooked: "Connected: this kernel runs on this machine and asks VS Code for headers itself.",
  pushed:
    "Connected: this kernel runs elsewhere, and VS Code keeps short-lived headers in it while the notebook is open.",
  nothing: "Nothing can be given: sign in to the connection that this notebook names.",
  unhooked: "Not connected: this kernel runs on this machine, but was started without VS Code’s environment.",
  elsewhere: "Not connected: this kernel runs elsewhere and cannot ask VS Code.",
  refused: "The Jupyter extension was told to refuse. Run “Jupyter: Manage Access To Jupyter Kernels” to allow it.",
  failed: "The kernel did not answer. Restart it and try again.",
  otherLanguage:
    "This kernel is not Python. On this machine its environment holds LANCEDB_AUTH_SESSION; a snippet shows how to use it.",
};

const shortWords: Readonly<Partial<Record<ShownReach["state"], string>>> = {
  hooked: "connected",
  pushed: "connected",
  unhooked: "not connected",
  elsewhere: "not connected",
  nothing: "signed out",
  refused: "refused",
  failed: "failed",
};

interface Choice extends vscode.QuickPickItem {
  readonly act?: () => PromiseLike<unknown>;
}

/** The command. Resolves when the person is done with it. */
export async function connectNotebook(parts: NotebookParts): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook === undefined) {
    void vscode.window.showInformationMessage("Open a notebook first, then run “LanceDB: Connect This Notebook”.");
    return;
  }
  let reach = await parts.look(notebook);
  for (;;) {
    const choice = await vscode.window.showQuickPick(choicesFor(parts, notebook, reach), {
      title: "LanceDB: Connect This Notebook",
      placeHolder: reachSentences[reach.state],
    });
    if (choice?.act === undefined) return;
    const next = await choice.act();
    if (!isReach(next)) return;
    reach = next;
  }
}

function isReach(value: unknown): value is ShownReach {
  return typeof value === "object" && value !== null && "state" in value;
}

function choicesFor(parts: NotebookParts, notebook: vscode.NotebookDocument, { state }: ShownReach): Choice[] {
  const isAllowed = parts.isAllowed(notebook);
  const connect: Choice = {
    label: "$(plug) Connect This Kernel",
    detail:
      state === "unhooked"
        ? "Lets it ask VS Code for headers, now and after each restart. Nothing is written to the notebook."
        : "Keeps short-lived headers in it while the notebook is open. Nothing is written to the notebook.",
    act: () => parts.allow(notebook),
  };
  const start: Choice = {
    label: "$(play) Start the Kernel and Connect",
    detail: "Jupyter may ask whether to restart it; a kernel that has not run yet has nothing to lose.",
    act: () => parts.allow(notebook).then(() => parts.start(notebook)),
  };
  const stop: Choice = {
    label: "$(debug-disconnect) Stop Connecting This Notebook",
    detail: "Takes back what the kernel has been given.",
    act: () => parts.disallow(notebook),
  };
  const fine: Choice = { label: "$(check) Done", detail: reachSentences[state] };
  return [
    ...(state === "hooked" || state === "pushed" ? [fine] : []),
    ...(state === "unhooked" || state === "elsewhere" || state === "failed" ? [connect] : []),
    ...(state === "notStarted" ? [start] : []),
    ...(isAllowed ? [stop] : []),
    ...snippets.map(({ label, text }) => ({ label: `$(copy) ${label}`, act: () => copy(text) })),
  ];
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage("$(check) Copied", 3000);
}

const snippets = [
  {
    label: "Copy a Snippet for Python, Said Explicitly",
    text: `import lancedb
from lancedb_auth import header_provider

db = lancedb.connect("db://demo", api_key="", client_config={"header_provider": header_provider("db://demo")})
`,
  },
  {
    label: "Copy a Snippet for JavaScript and TypeScript",
    text: `import { connect } from "@lancedb/lancedb";
import { connectOptions } from "lancedb-auth";

const db = await connect("db://demo", await connectOptions({ uri: "db://demo" }));
`,
  },
  {
    label: "Copy a Snippet for Any Other Language",
    text: `lancedb-auth exec -- your-program
`,
  },
] as const;

/** In each cell that says connect("db://…"): how its notebook's kernel is reached; a click runs the command. */
export function openNotebookStatus(parts: NotebookParts): vscode.Disposable {
  return vscode.notebooks.registerNotebookCellStatusBarItemProvider("jupyter-notebook", {
    onDidChangeCellStatusBarItems: parts.onDidChange,
    provideCellStatusBarItems: ({ document, notebook }) => {
      if (!/\bconnect(_async)?\(\s*["']db:\/\//.test(document.getText())) return undefined;
      const { state } = parts.reachOf(notebook);
      const words = shortWords[state];
      const item = new vscode.NotebookCellStatusBarItem(
        `$(database) LanceDB${words === undefined ? "" : `: ${words}`}`,
        vscode.NotebookCellStatusBarAlignment.Right,
      );
      item.tooltip = `${reachSentences[state]} Click for more.`;
      item.command = commandIds.connectNotebook;
      return item;
    },
  });
}
