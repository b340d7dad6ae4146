// LanceDB: Install into Environment…: puts the package lancedb-auth, which comes inside the extension, into a Python environment that the
// person chooses, says what it did, and takes it out again.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { registerCommands } from "../commands/registerCommands.ts";
import type { Log } from "../messages/log.ts";
import { installerOf, installWheel, removePackage, stateOf, type PythonState } from "./packageInstaller.ts";
import { knownPythons } from "./pythonEnvironments.ts";

/** @param packages the folder of the packages that are shipped */
export function openEnvironments(packages: string, log: Log): vscode.Disposable {
  return registerCommands({ installIntoEnvironment: () => chooseAndInstall(packages, log) }, log);
}

type Item = vscode.QuickPickItem & { readonly path: string; readonly state: PythonState };

async function chooseAndInstall(packages: string, log: Log): Promise<void> {
  const options = { title: vscode.l10n.t("Install lancedb-auth into a Python environment"), matchOnDescription: true };
  const chosen = await vscode.window.showQuickPick(items(), options);
  if (chosen === undefined) return;
  const { path, state } = chosen;
  const remove = vscode.l10n.t("Remove");
  if (state.installed !== undefined) {
    const again = vscode.l10n.t("Install Again");
    const asked = vscode.l10n.t("lancedb-auth {0} is installed in {1}.", state.installed, path);
    const answer = await vscode.window.showInformationMessage(asked, again, remove);
    if (answer === undefined) return;
    await change(path, packages, answer === remove ? "remove" : "install", log);
    return;
  }
  await change(path, packages, "install", log);
}

/** What cannot be started is left out. */
async function items(): Promise<Item[]> {
  const found = await Promise.all(
    (await knownPythons()).map(async (path): Promise<Item[]> => {
      const state = await stateOf(path);
      if (state === undefined) return [];
      const { python, installed } = state;
      const detail =
        installed === undefined ? {} : { detail: vscode.l10n.t("lancedb-auth {0} is installed", installed) };
      return [{ label: `Python ${python}`, description: path, ...detail, path, state }];
    }),
  );
  return found.flat();
}

async function change(python: string, packages: string, what: "install" | "remove", log: Log): Promise<void> {
  const wheel = join(packages, (await readdir(packages)).find((name) => name.endsWith(".whl")) ?? "");
  const installer = await installerOf(python);
  if (installer === undefined) {
    const says = vscode.l10n.t("{0} has no pip, and uv is not on the PATH. The package is {1}.", python, wheel);
    await vscode.window.showWarningMessage(says);
    return;
  }
  try {
    await (what === "install" ? installWheel(python, installer, wheel) : removePackage(python, installer));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    log.warn(`lancedb-auth in ${python}: ${said}`);
    await vscode.window.showErrorMessage(
      what === "install"
        ? vscode.l10n.t("lancedb-auth could not be installed in {0}: {1}", python, said)
        : vscode.l10n.t("lancedb-auth could not be removed from {0}: {1}", python, said),
    );
    return;
  }
  log.info(`lancedb-auth in ${python}: ${what} done`);
  const done =
    what === "install"
      ? vscode.l10n.t("lancedb-auth is installed in {0}: its programs connect wherever they start.", python)
      : vscode.l10n.t("lancedb-auth is removed from {0}.", python);
  await vscode.window.showInformationMessage(done);
}
