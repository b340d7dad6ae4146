// Stands in for the Jupyter extension, which is in no package registry: its identifier, its public API and its rules (who may run code
// when), over real kernels. The environment of a local kernel is built as the real one does it.
import { appendFileSync } from "node:fs";
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { Jupyter } from "@vscode/jupyter-extension";
import { accessOfOneKernel, manageAccess } from "./apiAccess.ts";
import { startJupyterServer, type JupyterServer } from "./jupyterServer.ts";
import { KernelChannel } from "./kernelChannel.ts";
import { StandInKernel } from "./standInKernel.ts";
import { standInVariables, type JupyterServerAddress } from "./standInVariables.ts";

type Open = (notebook: vscode.NotebookDocument) => Promise<KernelChannel>;

export type JupyterStandIn = Pick<Jupyter, "kernels"> & {
  /** Where this window's extensions log. */
  readonly logFolder: string;
};

const kernels = new Map<string, StandInKernel>();
const openers = new WeakMap<StandInKernel, Open>();
const servers = new Set<JupyterServer>();

export function activate(context: vscode.ExtensionContext): JupyterStandIn {
  const remote = process.env[standInVariables.remote];
  addController(context, "local", "Python (local)", openLocal);
  if (remote !== undefined) {
    const server = parseAddress(remote);
    addController(context, "remote", "Python (elsewhere)", () => openElsewhere(server));
  }
  // As the real one: the command has ended before the restart has.
  const restart = (target?: unknown): void => {
    kernelOf(target)
      ?.restart()
      .catch(() => undefined);
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("jupyter.restartkernel", restart),
    vscode.commands.registerCommand("jupyter.restartkernelandrunallcells", async (target?: unknown) => {
      restart(target);
      await vscode.commands.executeCommand("notebook.execute", target);
    }),
    vscode.commands.registerCommand("jupyter.manageAccessToKernels", manageAccess),
    // VS Code's own list leaves out the Jupyter extension's kernels, which has a list for them.
    vscode.commands.registerCommand("jupyter.selectHereOfTest", () => select(context, "local")),
    vscode.commands.registerCommand("jupyter.selectElsewhereOfTest", () => select(context, "remote")),
    vscode.commands.registerCommand("jupyter.endFrontKernelOfTest", endFront),
    vscode.commands.registerCommand("jupyter.endKernelOfTest", (uri: vscode.Uri) => end(uri)),
    vscode.workspace.onDidCloseNotebookDocument((notebook) => void end(notebook.uri)),
  );
  return {
    logFolder: dirname(context.logUri.fsPath),
    kernels: {
      getKernel: (uri) => {
        const kernel = kernels.get(uri.toString());
        return Promise.resolve(kernel?.isStarted === true ? kernel.api(accessOfOneKernel) : undefined);
      },
    },
  };
}

export async function deactivate(): Promise<void> {
  await Promise.all([...servers].map((server) => server.close()));
}

function addController(context: vscode.ExtensionContext, id: string, label: string, open: Open): void {
  const controller = vscode.notebooks.createNotebookController(id, "jupyter-notebook", label);
  controller.supportedLanguages = ["python"];
  controller.supportsExecutionOrder = true;
  controller.executeHandler = async (cells, notebook) => {
    await Promise.all(cells.map((cell) => kernelFor(notebook, open).runCell(cell, controller)));
  };
  controller.interruptHandler = (notebook) => kernels.get(notebook.uri.toString())?.interrupt();
  controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
    // A kernel is there, but not started, as soon as it is selected; the controller that runs a cell has the last word.
    const present = kernels.get(notebook.uri.toString());
    if (selected && present?.isStarted !== true) kernelFor(notebook, open);
  });
  context.subscriptions.push(controller);
}

function kernelFor(notebook: vscode.NotebookDocument, open: Open): StandInKernel {
  const key = notebook.uri.toString();
  const present = kernels.get(key);
  if (present !== undefined && openers.get(present) === open) return present;
  void present?.end();
  const kernel = new StandInKernel(notebook.uri, () => open(notebook), trace);
  kernels.set(key, kernel);
  openers.set(kernel, open);
  return kernel;
}

function select({ extension }: vscode.ExtensionContext, id: string): Thenable<unknown> {
  return vscode.commands.executeCommand("notebook.selectKernel", { extension: extension.id, id });
}

/** As the list of kernels ends one; the kernel stays selected. */
async function endFront(): Promise<void> {
  const uri = vscode.window.activeNotebookEditor?.notebook.uri;
  const kernel = uri === undefined ? undefined : kernels.get(uri.toString());
  await kernel?.end();
}

async function end(uri: vscode.Uri): Promise<void> {
  const kernel = kernels.get(uri.toString());
  kernels.delete(uri.toString());
  await kernel?.end();
}

/**
 * The extension host's environment, then the kernelspec's, which the server adds (vscode-jupyter,
 * src/kernels/raw/launcher/kernelEnvVarsService.node.ts): a server of its own for each kernel, so that it is today's.
 */
async function openLocal(notebook: vscode.NotebookDocument): Promise<KernelChannel> {
  const python = process.env[standInVariables.python];
  if (python === undefined) throw new Error("this machine has no Python");
  const server = await startJupyterServer({ python, env: { ...process.env }, folder: dirname(notebook.uri.fsPath) });
  servers.add(server);
  const channel = await KernelChannel.start(server);
  const endKernel = channel.end.bind(channel);
  channel.end = async () => {
    await endKernel();
    await server.close();
    servers.delete(server);
  };
  return channel;
}

function kernelOf(target: unknown): StandInKernel | undefined {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeNotebookEditor?.notebook.uri;
  return uri === undefined ? undefined : kernels.get(uri.toString());
}

/** It takes its seconds to come up: a machine in the cloud has to be found, an environment to be read. */
async function openElsewhere(server: JupyterServerAddress): Promise<KernelChannel> {
  const startMs = Number(process.env[standInVariables.startMs] ?? 0);
  if (startMs > 0) await new Promise((resolve) => setTimeout(resolve, startMs));
  return KernelChannel.start(server);
}

function trace(text: string): void {
  const path = process.env[standInVariables.trace];
  if (path !== undefined) appendFileSync(path, text);
}

function parseAddress(text: string): JupyterServerAddress {
  return JSON.parse(text) as JupyterServerAddress;
}
