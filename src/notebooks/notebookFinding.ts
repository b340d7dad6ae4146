// How the kernel of the notebook in front is reached, as a finding of LanceDB: Diagnose. Pure.
import * as l10n from "@vscode/l10n";
import type { SessionFinding } from "../sessions/inspect.ts";
import type { KernelAccess } from "./kernelAccess.ts";

const command = (): string => l10n.t('Run "LanceDB: Connect This Notebook".');
const what = (): string => l10n.t("Notebook");

const findings: Readonly<Record<Exclude<KernelAccess["state"], "withheld">, () => Omit<SessionFinding, "what">>> = {
  hooked: () => ({ state: "ok", says: l10n.t("Its kernel runs on this machine and asks VS Code for headers itself.") }),
  pushed: () => ({
    state: "ok",
    says: l10n.t("Its kernel runs elsewhere, and VS Code keeps short-lived headers in it."),
  }),
  unknown: () => ({
    state: "skipped",
    says: l10n.t("Its kernel runs and has not asked for headers yet. One on this machine does so when it connects."),
    fix: l10n.t("{0} It tells how the kernel is reached.", command()),
  }),
  unreached: () => ({
    state: "warning",
    says: l10n.t(
      "Its kernel runs elsewhere, or was started without VS Code’s environment: a cell has failed to connect.",
    ),
    fix: command(),
  }),
  starting: () => ({ state: "skipped", says: l10n.t("Its kernel is starting."), fix: l10n.t("Run this again then.") }),
  dead: () => ({ state: "skipped", says: l10n.t("Its kernel has ended."), fix: l10n.t("Restart it.") }),
  off: () => ({
    state: "skipped",
    says: l10n.t("Notebooks are off."),
    fix: l10n.t("Set lancedbAuth.notebook.enabled to true if that is not wanted."),
  }),
  untrusted: () => ({
    state: "skipped",
    says: l10n.t("The workspace is not trusted: nothing is given to its notebooks."),
    fix: l10n.t("Trust the workspace if you know who wrote it."),
  }),
  noJupyter: () => ({
    state: "skipped",
    says: l10n.t("The Jupyter extension is not installed or not active."),
    fix: l10n.t("Select a kernel first."),
  }),
  notStarted: () => ({
    state: "skipped",
    says: l10n.t("Its kernel has not started."),
    fix: l10n.t("Run a cell, or: {0}", command()),
  }),
  otherLanguage: () => ({
    state: "skipped",
    says: l10n.t("Its kernel is not Python. On this machine its environment holds LANCEDB_AUTH_SESSION."),
    fix: l10n.t("{0} It offers a snippet.", command()),
  }),
  unhooked: () => ({
    state: "warning",
    says: l10n.t("Its kernel runs on this machine, but was started without VS Code's environment."),
    fix: command(),
  }),
  elsewhere: () => ({
    state: "warning",
    says: l10n.t("Its kernel runs elsewhere and cannot ask VS Code."),
    fix: command(),
  }),
  refused: () => ({
    state: "warning",
    says: l10n.t("The Jupyter extension was told to refuse."),
    fix: l10n.t('Run "Jupyter: Manage Access To Jupyter Kernels".'),
  }),
  failed: () => ({
    state: "failed",
    says: l10n.t("Its kernel did not answer."),
    fix: l10n.t("Restart the kernel and try again."),
  }),
};

/** @param access undefined where no notebook is in front */
export function notebookFinding(access: KernelAccess | undefined): SessionFinding {
  if (access?.state === "withheld") {
    return { what: what(), state: "warning", says: l10n.t("Nothing can be given to it."), fix: access.refusal.message };
  }
  if (access !== undefined) return { what: what(), ...findings[access.state]() };
  return {
    what: what(),
    state: "skipped",
    says: l10n.t("No notebook is in front."),
    fix: l10n.t("Open one and run this again to check its kernel."),
  };
}
