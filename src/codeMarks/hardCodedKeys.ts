// A warning on each key or token that is written into a connect call, and the quick fix that takes it out. What was taken out is never
// logged, shown or kept here: it goes to storeKey, and from there where a connection's secrets live.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { Secret } from "../oauth/secret.ts";
import type { Known } from "../settings/knownConnection.ts";
import { questionOf, type Question } from "./callView.ts";
import { callsOf, rangeOf } from "../scanner/connectDocuments.ts";
import { knownFrom } from "../scanner/knownFrom.ts";
import type { ConnectCall } from "../scanner/connectCalls.ts";
import type { HardCoded } from "../scanner/hardCoded.ts";

export interface FoundKey {
  readonly what: HardCoded["what"];
  readonly value: Secret;
  /** What the call would ask for without it. */
  readonly question: Question;
  /** What the call says of a connection to be. */
  readonly known: Known;
}

/** The seam: gives the key a home. Answers whether a connection now does its work; only then it leaves the code. */
export type StoreKey = (found: FoundKey) => Promise<boolean>;

export interface HardCodedParts {
  readonly isOn: () => boolean;
  readonly onDidChange: vscode.Event<void>;
  readonly storeKey: StoreKey;
}

export interface HardCodedKeys {
  /** The command: the key that the quick fix points at, else the first one of the active editor. */
  move(target?: unknown): Promise<void>;
  dispose(): void;
}

const source = "LanceDB";
const code = "hard-coded-key";

const words = {
  key: {
    warning: () =>
      vscode.l10n.t("The key is written in the code: whoever reads the file can use it. The quick fix takes it out."),
    fix: () => vscode.l10n.t("Take the key out of the code and use a connection"),
    done: () =>
      vscode.l10n.t(
        "The key is out of the code. Save the file, and replace the key at its server: older versions of the file still hold it.",
      ),
  },
  token: {
    warning: () =>
      vscode.l10n.t("The token is written in the code: whoever reads the file can use it. The quick fix takes it out."),
    fix: () => vscode.l10n.t("Take the token out of the code and use a connection"),
    done: () =>
      vscode.l10n.t(
        "The token is out of the code. Save the file, and replace the token at its server: older versions of the file still hold it.",
      ),
  },
} as const satisfies Record<HardCoded["what"], Record<"warning" | "fix" | "done", () => string>>;

export function openHardCodedKeys(parts: HardCodedParts): HardCodedKeys {
  const warnings = vscode.languages.createDiagnosticCollection(source);
  const look = (document: vscode.TextDocument): void => {
    const found = parts.isOn() ? keysIn(document).map(([, key]) => warningAt(document, key)) : [];
    // An empty list where there was none would wake everybody who listens to diagnostics.
    if (found.length > 0 || warnings.has(document.uri)) warnings.set(document.uri, found);
  };
  const lookAtAll = (): void => {
    for (const document of vscode.workspace.textDocuments) look(document);
  };
  lookAtAll();
  const registrations = vscode.Disposable.from(
    warnings,
    parts.onDidChange(lookAtAll),
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      look(document);
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      warnings.delete(uri);
    }),
    vscode.languages.registerCodeActionsProvider({ scheme: "*" }, { provideCodeActions: quickFixes }),
  );
  return {
    move: (target) => move(parts, target),
    dispose: () => {
      registrations.dispose();
    },
  };
}

function keysIn(document: vscode.TextDocument): readonly (readonly [ConnectCall, HardCoded])[] {
  return callsOf(document).flatMap((call) => call.hardCoded.map((key) => [call, key] as const));
}

function warningAt(document: vscode.TextDocument, { what, value }: HardCoded): vscode.Diagnostic {
  const warning = new vscode.Diagnostic(
    rangeOf(document, value),
    words[what].warning(),
    vscode.DiagnosticSeverity.Warning,
  );
  return Object.assign(warning, { source, code });
}

function quickFixes(
  document: vscode.TextDocument,
  _range: vscode.Range,
  { diagnostics }: vscode.CodeActionContext,
): vscode.CodeAction[] {
  const ours = diagnostics.filter((each) => each.source === source && each.code === code);
  return ours.flatMap((diagnostic) => {
    const at = document.offsetAt(diagnostic.range.start);
    const [, key] = keysIn(document).find(([, { value }]) => value.start === at) ?? [];
    if (key === undefined) return [];
    const title = words[key.what].fix();
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    const command = { command: commandIds.moveKey, title, arguments: [{ uri: document.uri.toString(), at }] };
    return [Object.assign(action, { diagnostics: [diagnostic], isPreferred: true, command })];
  });
}

async function move(parts: HardCodedParts, target: unknown): Promise<void> {
  const { document, at } = targeted(target) ?? { document: vscode.window.activeTextEditor?.document, at: undefined };
  const [call, key] =
    document === undefined
      ? []
      : (keysIn(document).find(([, { value }]) => at === undefined || value.start === at) ?? []);
  if (document === undefined || call === undefined || key === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no key in the connect calls of this editor."));
    return;
  }
  const written = document.getText(rangeOf(document, key.value));
  const value = new Secret(written.replace(/^\w*["'`]+|["'`]+$/g, "").replace(/^bearer\s+/i, ""));
  if (!(await parts.storeKey({ what: key.what, value, question: questionOf(call), known: knownFrom(call) }))) return;
  await takeOut(document, written, key);
}

function targeted(target: unknown): { readonly document: vscode.TextDocument; readonly at: number } | undefined {
  if (typeof target !== "object" || target === null || !("uri" in target && "at" in target)) return undefined;
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === target.uri);
  return document === undefined || typeof target.at !== "number" ? undefined : { document, at: target.at };
}

/** The text may have changed while the person answered: what goes is the key that says the same, wherever it is now. */
async function takeOut(document: vscode.TextDocument, written: string, { value }: HardCoded): Promise<void> {
  const same = keysIn(document).filter(([, key]) => document.getText(rangeOf(document, key.value)) === written);
  const [, key] = same.find(([, each]) => each.value.start === value.start) ?? same[0] ?? [];
  if (key === undefined) return;
  const edit = new vscode.WorkspaceEdit();
  edit.delete(document.uri, rangeOf(document, key.argument));
  await vscode.workspace.applyEdit(edit);
  void vscode.window.showInformationMessage(words[key.what].done());
}
