// How a notebook's kernel is reached, in the words that item, command, lens and program share, and the one button that helps. Pure.
import * as l10n from "@vscode/l10n";
import type { BrokerErrorCode } from "../broker/protocol.ts";
import type { KernelAccess } from "./kernelAccess.ts";

export type AccessRemedy =
  | "connect"
  | "start"
  | "trust"
  | "manageAccess"
  | "unlock"
  | "signIn"
  | "manageConsent"
  | "addConnection"
  | "editConnection"
  | "refresh";

export interface AccessWords {
  /** Behind the name, in the cell's item and in the lens; absent where there is nothing to be said yet. */
  readonly short?: string;
  readonly sentence: string;
  readonly remedy?: AccessRemedy;
}

type Plain = Exclude<KernelAccess, { readonly state: "withheld" }>["state"];

const words: Readonly<Record<Plain, () => AccessWords>> = {
  off: () => ({
    sentence: l10n.t("Notebooks are off: there is no connection, or lancedbAuth.notebook.enabled is off."),
  }),
  untrusted: () => ({
    sentence: l10n.t("This workspace is not trusted: nothing is given to its notebooks."),
    remedy: "trust",
  }),
  noJupyter: () => ({
    sentence: l10n.t("The Jupyter extension is not installed or not active. Select a kernel first."),
  }),
  notStarted: () => ({
    sentence: l10n.t("The kernel has not started. One elsewhere is started and connected from here."),
    remedy: "start",
  }),
  starting: () => ({
    short: l10n.t("starting"),
    sentence: l10n.t("The kernel is starting. It is connected as soon as it is there."),
  }),
  unknown: () => ({
    sentence: l10n.t("The kernel has not asked for headers yet. One on this machine asks by itself."),
    remedy: "connect",
  }),
  unreached: () => ({
    short: l10n.t("not connected"),
    sentence: l10n.t("Not connected: this kernel has no way to ask VS Code for headers."),
    remedy: "connect",
  }),
  dead: () => ({ short: l10n.t("not running"), sentence: l10n.t("The kernel has ended."), remedy: "start" }),
  hooked: () => ({
    short: l10n.t("connected"),
    sentence: l10n.t("Connected: this kernel runs on this machine and asks VS Code for headers itself."),
  }),
  pushed: () => ({
    short: l10n.t("connected"),
    sentence: l10n.t("Connected: this kernel runs elsewhere; VS Code keeps short-lived headers in it."),
  }),
  unhooked: () => ({
    short: l10n.t("not connected"),
    sentence: l10n.t("Not connected: this kernel was started without VS Code’s environment."),
    remedy: "connect",
  }),
  elsewhere: () => ({
    short: l10n.t("not connected"),
    sentence: l10n.t("Not connected: this kernel runs elsewhere and cannot ask VS Code."),
    remedy: "connect",
  }),
  refused: () => ({
    short: l10n.t("refused"),
    sentence: l10n.t("The Jupyter extension was told not to let LanceDB Auth into this kernel."),
    remedy: "manageAccess",
  }),
  failed: () => ({
    short: l10n.t("failed"),
    sentence: l10n.t("The kernel did not answer. Try again, or restart it."),
    remedy: "connect",
  }),
  otherLanguage: () => ({
    sentence: l10n.t("This kernel is not Python. On this machine a snippet connects it."),
  }),
};

const withheld: Readonly<Record<BrokerErrorCode, () => Required<Omit<AccessWords, "sentence">>>> = {
  locked: () => ({ short: l10n.t("locked"), remedy: "unlock" }),
  interaction_required: () => ({ short: l10n.t("signed out"), remedy: "signIn" }),
  unknown_connection: () => ({ short: l10n.t("no connection"), remedy: "addConnection" }),
  forbidden: () => ({ short: l10n.t("another host"), remedy: "editConnection" }),
  denied: () => ({ short: l10n.t("denied"), remedy: "manageConsent" }),
  bad_request: () => ({ short: l10n.t("no token"), remedy: "editConnection" }),
  unavailable: () => ({ short: l10n.t("no token, retrying"), remedy: "refresh" }),
};

export function accessWords(access: KernelAccess): AccessWords {
  if (access.state !== "withheld") return words[access.state]();
  const { code, message } = access.refusal;
  // The sentence is the one that the program gets.
  return { ...withheld[code](), sentence: message };
}

/** A program of this kernel gets headers, or nobody knows better. */
export function isFine({ state }: KernelAccess): boolean {
  return ["hooked", "pushed", "unknown", "off", "untrusted", "noJupyter", "otherLanguage", "notStarted"].includes(
    state,
  );
}
