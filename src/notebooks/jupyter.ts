// The Jupyter extension's public API as far as it is used here. Never activates it: without it, or before it is active, there is no kernel.
import type { Jupyter, Kernel } from "@vscode/jupyter-extension";
import * as vscode from "vscode";

const identifier = "ms-toolsai.jupyter";

/** Jupyter's own consent for our extension was refused; it keeps the answer. */
export class KernelAccessRefused extends Error {}

export function isJupyterActive(): boolean {
  return vscode.extensions.getExtension(identifier)?.isActive === true;
}

/** The kernel that the user has started for a notebook. */
export async function startedKernel(notebook: vscode.Uri): Promise<Kernel | undefined> {
  const jupyter = vscode.extensions.getExtension<unknown>(identifier);
  return jupyter?.isActive === true ? parseJupyter(jupyter.exports)?.kernels.getKernel(notebook) : undefined;
}

/** Starts a kernel that is selected but was not used yet; Jupyter may ask the user first. */
export async function startKernel(notebook: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand("jupyter.restartkernel", notebook);
}

/**
 * What the code has printed, once the cells before it have ended. Rejects with KernelAccessRefused, or with what the kernel said.
 * Cannot be cancelled: a cancellation would interrupt what the user runs.
 */
export async function execute(kernel: Kernel, code: string): Promise<string> {
  const decoder = new TextDecoder();
  let printed = "";
  try {
    for await (const { items } of kernel.executeCode(code, new vscode.CancellationTokenSource().token)) {
      for (const { data } of items) printed += decoder.decode(data);
    }
  } catch (error) {
    if (error instanceof Error && error.name === "vscode.jupyter.apiAccessRevoked") throw new KernelAccessRefused();
    throw error;
  }
  return printed;
}

function parseJupyter(exported: unknown): Pick<Jupyter, "kernels"> | undefined {
  const hasKernels = typeof exported === "object" && exported !== null && "kernels" in exported;
  return hasKernels ? (exported as Pick<Jupyter, "kernels">) : undefined;
}
