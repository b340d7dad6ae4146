// The Jupyter extension's public API as far as it is used here. Never activates it: without it, or before it is active, there is no kernel.
import type { Jupyter, Kernel, KernelStatus } from "@vscode/jupyter-extension";
import * as vscode from "vscode";

const identifier = "ms-toolsai.jupyter";

/** Jupyter's own consent for our extension was refused; it keeps the answer. */
export class KernelAccessRefused extends Error {}

export function isJupyterActive(): boolean {
  return vscode.extensions.getExtension(identifier)?.isActive === true;
}

/** The kernel that the user has started for a notebook; it may be coming up still. Asks nobody. */
export async function startedKernel(notebook: vscode.Uri): Promise<Kernel | undefined> {
  const jupyter = vscode.extensions.getExtension<unknown>(identifier);
  return jupyter?.isActive === true ? parseJupyter(jupyter.exports)?.kernels.getKernel(notebook) : undefined;
}

/** Somebody may think over Jupyter's question for as long; a kernel that was to be started shows itself at once after it. */
const appearsMs = 15_000;
const lookAgainMs = 100;

/**
 * Starts a kernel that is selected but was not used yet; Jupyter may ask the user first. Resolves when the kernel is there, which may
 * come up still (the command ends long before that), or with undefined where the user said no.
 */
export async function startKernel(notebook: vscode.Uri): Promise<Kernel | undefined> {
  await vscode.commands.executeCommand("jupyter.restartkernel", notebook);
  // No event tells of it that other extensions may hear.
  const endAt = Date.now() + appearsMs;
  for (;;) {
    const kernel = await startedKernel(notebook);
    if (kernel !== undefined || Date.now() > endAt) return kernel;
    await pause(lookAgainMs);
  }
}

/** Code that is run now would be refused, or lost. */
export function isComingUp({ status }: Kernel): boolean {
  const coming: readonly KernelStatus[] = ["starting", "restarting", "autorestarting"];
  return coming.includes(status);
}

export function isDead({ status }: Kernel): boolean {
  return status === "dead" || status === "terminating";
}

/** Resolves when the kernel's status changes, at the latest after so long. */
export async function statusChange(kernel: Kernel, mostMs: number): Promise<void> {
  let listener: vscode.Disposable | undefined;
  const changed = new Promise<void>((resolve) => {
    listener = kernel.onDidChangeStatus(() => {
      resolve();
    });
  });
  await Promise.race([changed, pause(mostMs)]);
  listener?.dispose();
}

/** The list in which a refusal is taken back. */
export function manageAccess(): Thenable<unknown> {
  return vscode.commands.executeCommand("jupyter.manageAccessToKernels");
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function parseJupyter(exported: unknown): Pick<Jupyter, "kernels"> | undefined {
  const hasKernels = typeof exported === "object" && exported !== null && "kernels" in exported;
  return hasKernels ? (exported as Pick<Jupyter, "kernels">) : undefined;
}
