// LanceDB: Show Activity: the page, drawn anew while somebody asks, with its filter, export and clearing.
import * as vscode from "vscode";
import { registerCommands } from "../commands/registerCommands.ts";
import { localTime } from "../messages/localTime.ts";
import type { Log } from "../messages/log.ts";
import { openPagePanels } from "../pages/pagePanel.ts";
import type { Activity, Answered } from "./activity.ts";
import { activityCommands, activityPage } from "./activityPage.ts";

export interface ActivityView {
  record(answer: Answered): void;
  dispose(): void;
}

const subject = "activity";
/** While programs ask, the page is drawn at most so often, milliseconds. */
const redrawMs = 500;
/** What is new is written into the workspace's memory so often, milliseconds. */
const saveMs = 30_000;

export function openActivityView(activity: Activity, log: Log): ActivityView {
  const panels = openPagePanels({ type: "lancedbAuth.activity", commands: activityCommands });
  let filter = "";
  let drawing: NodeJS.Timeout | undefined;
  let saving: NodeJS.Timeout | undefined;
  const html = (nonce: string): string =>
    activityPage({ entries: activity.entries(filter), filter, format: localTime, nonce });
  const redraw = (): void => panels.redraw(subject, html);
  const drawNow = (): void => {
    drawing = undefined;
    redraw();
  };
  const saveNow = (): void => {
    saving = undefined;
    void activity.save();
  };
  const commands = registerCommands(
    {
      showActivity: () => panels.show(subject, vscode.l10n.t("LanceDB Activity"), html),
      filterActivity: async (wanted) => {
        const typed = typeof wanted === "string" ? wanted : await askForFilter(filter);
        if (typed === undefined) return;
        filter = typed;
        redraw();
      },
      exportActivity: () => exportText(activity.text(filter)),
      clearActivity: async () => {
        await activity.clear();
        redraw();
      },
    },
    log,
  );
  return {
    record: (answer) => {
      activity.record(answer, Date.now());
      if (panels.isOpen(subject)) drawing ??= setTimeout(drawNow, redrawMs);
      saving ??= setTimeout(saveNow, saveMs);
    },
    dispose: () => {
      clearTimeout(drawing);
      clearTimeout(saving);
      void activity.save();
      vscode.Disposable.from(commands, panels).dispose();
    },
  };
}

function askForFilter(value: string): Thenable<string | undefined> {
  const prompt = vscode.l10n.t("Show what holds this text: a program, an agent, a database, an outcome. Empty: all.");
  return vscode.window.showInputBox({ title: vscode.l10n.t("LanceDB Activity"), prompt, value });
}

async function exportText(text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content: text, language: "log" });
  await vscode.window.showTextDocument(document);
}
