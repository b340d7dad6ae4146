// Asks a person whether a program may use a connection: a list that says who asks for what, with the answers below. Worked by the keyboard
// alone; what was hidden waits in the status bar until it is answered, taken away or too old.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { environmentName, shownName, themeColor } from "../messages/environmentWords.ts";
import type { Question, Verdict } from "./gate.ts";

export interface Questions {
  /** Resolves with the answer, or with unanswered where the signal comes first. Never rejects. */
  ask(question: Question, signal: AbortSignal): Promise<Verdict>;
  /** Shows again what waits. */
  show(): void;
  dispose(): void;
}

interface Waiting {
  readonly question: Question;
  readonly answer: (verdict: Verdict) => void;
}

export function openQuestions(): Questions {
  const waiting: Waiting[] = [];
  const item = openItem();
  let shown: { readonly waiting: Waiting; readonly close: () => void } | undefined;
  const show = (): void => {
    const [first] = waiting;
    if (shown !== undefined || first === undefined) return;
    const close = showList(first.question, (verdict) => {
      shown = undefined;
      // Hidden by Escape or another list: it waits in the status bar.
      if (verdict !== undefined) first.answer(verdict);
    });
    shown = { waiting: first, close };
  };
  const remove = (entry: Waiting): void => {
    const at = waiting.indexOf(entry);
    if (at !== -1) waiting.splice(at, 1);
    if (shown?.waiting === entry) {
      shown.close();
      shown = undefined;
    }
    drawItem(item, waiting[0]?.question);
    show();
  };
  const ask = (question: Question, signal: AbortSignal): Promise<Verdict> =>
    new Promise((resolve) => {
      const answer = (verdict: Verdict): void => {
        signal.removeEventListener("abort", takeAway);
        remove(entry);
        resolve(verdict);
      };
      const takeAway = (): void => answer("unanswered");
      const entry: Waiting = { question, answer };
      signal.addEventListener("abort", takeAway, { once: true });
      waiting.push(entry);
      drawItem(item, waiting[0]?.question);
      show();
    });
  return {
    ...{ show, ask },
    dispose: () => {
      for (const { answer } of [...waiting]) answer("unanswered");
      item.dispose();
    },
  };
}

function openItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem("lancedbAuth.consent", vscode.StatusBarAlignment.Right, 99);
  item.name = vscode.l10n.t("LanceDB Access");
  item.command = commandIds.answerProgram;
  item.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
  return item;
}

/** Hides it where nothing waits. */
function drawItem(item: vscode.StatusBarItem, question: Question | undefined): void {
  if (question === undefined) {
    item.hide();
    return;
  }
  const [program, connection] = [question.program.name, shownName(question.connection)];
  const label = vscode.l10n.t("{0} asks for the LanceDB connection {1}; click to answer", program, connection);
  item.text = `$(shield) ${vscode.l10n.t("{0} asks for {1}", withoutIcons(program), connection)}`;
  item.accessibilityInformation = { label, role: "button" };
  item.tooltip = label;
  item.show();
}

/** "$(icon)" in a text would be drawn as one: the space keeps it text. */
function withoutIcons(text: string): string {
  return text.replaceAll("$(", "$ (");
}

interface Row extends vscode.QuickPickItem {
  readonly verdict?: Verdict;
}

/** Answers how to take it away. */
function showList(question: Question, onDone: (verdict: Verdict | undefined) => void): () => void {
  const list = vscode.window.createQuickPick<Row>();
  let done = false;
  const end = (verdict: Verdict | undefined): void => {
    if (done) return;
    done = true;
    list.dispose();
    onDone(verdict);
  };
  list.title = vscode.l10n.t("May {0} use {1}?", question.program.name, shownName(question.connection));
  list.placeholder = vscode.l10n.t(
    "A program waits for the token of this connection. Nothing is given before you answer.",
  );
  list.ignoreFocusOut = true;
  list.items = [...factsOf(question), ...answersTo(question)];
  // A row that answers nothing has the focus first, and what is typed is dropped: keys that were meant for the editor answer nothing.
  list.activeItems = list.items.slice(0, 1);
  list.onDidChangeValue(() => (list.value = ""));
  list.onDidAccept(() => {
    const verdict = (list.selectedItems[0] ?? list.activeItems[0])?.verdict;
    if (verdict !== undefined) end(verdict);
  });
  list.onDidHide(() => end(undefined));
  list.show();
  return () => {
    done = true;
    list.dispose();
  };
}

function factsOf({ connection, host, program }: Question): readonly Row[] {
  const environment = environmentName(connection);
  const color = themeColor(connection);
  const proof = program.isProven
    ? vscode.l10n.t("shown by the operating system")
    : vscode.l10n.t("by its own word, which nobody can check here");
  const started = program.parent === undefined ? [] : [vscode.l10n.t("started by {0}", program.parent)];
  return [
    fact("terminal", program.commandLine === "" ? program.name : program.commandLine, [...started, proof].join(", ")),
    ...(program.folder === undefined
      ? []
      : [fact("folder", program.folder, vscode.l10n.t("the folder that it runs in"))]),
    ...(program.agent === undefined
      ? []
      : [fact("hubot", program.agent, vscode.l10n.t("an agent runs it, by what its environment says"))]),
    {
      ...fact("database", connection.uri, [environment ?? [], host].flat().join(", ")),
      ...(color === undefined ? {} : { iconPath: new vscode.ThemeIcon("database", new vscode.ThemeColor(color)) }),
    },
  ];
}

function fact(icon: string, label: string, description: string): Row {
  return { label: withoutIcons(label), description: withoutIcons(description), iconPath: new vscode.ThemeIcon(icon) };
}

function answersTo({ offers, program }: Question): readonly Row[] {
  const words = {
    process: {
      label: vscode.l10n.t("Allow Once"),
      detail: vscode.l10n.t("This process, as long as it runs."),
      iconPath: new vscode.ThemeIcon("check"),
    },
    session: {
      label: vscode.l10n.t("Allow for This Session"),
      detail: vscode.l10n.t("This program, until this window is closed or reloaded."),
      iconPath: new vscode.ThemeIcon("history"),
    },
    always: {
      label: vscode.l10n.t("Always for This Program in This Workspace"),
      detail: vscode.l10n.t("Until you take it back with “LanceDB: Manage Access”."),
      iconPath: new vscode.ThemeIcon("check-all"),
    },
  } as const;
  const deny: Row = {
    label: vscode.l10n.t("Deny"),
    detail: vscode.l10n.t("{0} is told so, and is not asked about again for a minute.", program.name),
    iconPath: new vscode.ThemeIcon("circle-slash"),
    verdict: "denied",
  };
  const separator: Row = { label: vscode.l10n.t("Your answer"), kind: vscode.QuickPickItemKind.Separator };
  return [separator, deny, ...offers.map((verdict): Row => ({ ...words[verdict], verdict }))];
}
