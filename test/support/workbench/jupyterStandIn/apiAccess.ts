// Whether another extension may run code in kernels, asked and remembered as the Jupyter extension does it: once in a modal; Allow and Deny
// are stored; Cancel is not, but each kernel keeps the answer that it was given until somebody manages the access.
import * as vscode from "vscode";
import { standInVariables } from "./standInVariables.ts";

const changed = new vscode.EventEmitter<void>();
let stored: boolean | undefined;
let asked: Promise<boolean | undefined> | undefined;

/** What one kernel asks before each piece of code (src/standalone/api/kernels/kernel.ts and apiAccess.ts of vscode-jupyter). */
export function accessOfOneKernel(): () => Promise<void> {
  let answer: Promise<boolean> | undefined;
  changed.event(() => (answer = undefined));
  return async () => {
    answer ??= isAllowed();
    if (await answer) return;
    const error = new Error("Access to Jupyter Kernel has been revoked");
    // Extensions rely on this name.
    error.name = "vscode.jupyter.apiAccessRevoked";
    throw error;
  };
}

/** The command: a list in which the extensions that may are ticked. */
export async function manageAccess(): Promise<void> {
  const item = { label: "LanceDB Auth", description: "lancedb-auth.lancedb-auth", picked: stored === true };
  const title = "Manage Access To Jupyter Kernels";
  const placeHolder = "Choose which extensions can access Jupyter Kernels";
  const chosen = await vscode.window.showQuickPick([item], { title, placeHolder, canPickMany: true });
  if (chosen === undefined) return;
  store(chosen.length > 0);
}

async function isAllowed(): Promise<boolean> {
  const said = process.env[standInVariables.consent];
  if (said !== undefined) return said === "allow";
  if (!vscode.workspace.isTrusted) return false;
  if (stored !== undefined) return stored;
  asked ??= ask().finally(() => (asked = undefined));
  return (await asked) === true;
}

async function ask(): Promise<boolean | undefined> {
  const question = "Do you want to grant Kernel access to the extension LanceDB Auth (lancedb-auth.lancedb-auth)?";
  const detail = "This allows the extension to execute code against Jupyter Kernels.";
  const answers = ["Allow", "Learn more", "Deny"] as const;
  const said = await vscode.window.showInformationMessage(question, { modal: true, detail }, ...answers);
  if (said !== "Allow" && said !== "Deny") return undefined;
  store(said === "Allow");
  return stored;
}

function store(isAllowed: boolean): void {
  stored = isAllowed;
  changed.fire();
}
