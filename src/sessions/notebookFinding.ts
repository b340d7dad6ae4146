// How the kernel of the notebook in front is reached, as a finding of LanceDB: Diagnose. Pure.
import type { SessionFinding } from "./inspect.ts";
import type { KernelReach } from "./kernelReach.ts";

const command = 'Run "LanceDB: Connect This Notebook".';
const what = "Notebook";

const findings: Readonly<Record<KernelReach["state"], Omit<SessionFinding, "what">>> = {
  hooked: { state: "ok", says: "Its kernel runs on this machine and asks VS Code for headers itself." },
  pushed: { state: "ok", says: "Its kernel runs elsewhere, and VS Code keeps short-lived headers in it." },
  unknown: {
    state: "skipped",
    says: "Nobody has asked its kernel yet. One on this machine connects from its first cell.",
    fix: `${command} It tells how the kernel is reached.`,
  },
  off: {
    state: "skipped",
    says: "Notebooks are off.",
    fix: "Set lancedbAuth.notebook.enabled to true if that is not wanted.",
  },
  untrusted: {
    state: "skipped",
    says: "The workspace is not trusted: nothing is given to its notebooks.",
    fix: "Trust the workspace if you know who wrote it.",
  },
  noJupyter: {
    state: "skipped",
    says: "The Jupyter extension is not installed or not active.",
    fix: "Select a kernel first.",
  },
  notStarted: { state: "skipped", says: "Its kernel has not started.", fix: `Run a cell, or: ${command}` },
  otherLanguage: {
    state: "skipped",
    says: "Its kernel is not Python. On this machine its environment holds LANCEDB_AUTH_SESSION.",
    fix: `${command} It offers a snippet.`,
  },
  unhooked: {
    state: "warning",
    says: "Its kernel runs on this machine, but was started without VS Code's environment.",
    fix: command,
  },
  elsewhere: { state: "warning", says: "Its kernel runs elsewhere and cannot ask VS Code.", fix: command },
  refused: {
    state: "warning",
    says: "The Jupyter extension was told to refuse.",
    fix: 'Run "Jupyter: Manage Access To Jupyter Kernels".',
  },
  nothing: {
    state: "warning",
    says: "There are no headers for the databases that it names.",
    fix: "Sign in to the connection, or correct the database URI in the notebook.",
  },
  failed: { state: "failed", says: "Its kernel did not answer.", fix: "Restart the kernel and try again." },
};

/** @param reach undefined where no notebook is in front */
export function notebookFinding(reach: KernelReach | undefined): SessionFinding {
  if (reach !== undefined) return { what, ...findings[reach.state] };
  return {
    what,
    state: "skipped",
    says: "No notebook is in front.",
    fix: "Open one and run this again to check its kernel.",
  };
}
