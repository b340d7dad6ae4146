// One step of a dialogue that shows everything at once: a list of rows, each with its value. A row either goes on, or does something and comes
// back to the list. Knows nothing of connections.
import * as vscode from "vscode";
import { headingOf, type Outcome } from "./quickChoice.ts";

export interface ListRow {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly heading?: string;
  /** A button at the row's end that does the same. */
  readonly button?: vscode.QuickInputButton;
  /** Called with the list gone. Answers whether the dialogue goes on; else the list comes back. */
  readonly press: () => Promise<boolean> | boolean;
}

export interface QuickList {
  readonly number?: number;
  readonly total?: number;
  readonly question: string;
  /** After each row that was pressed the list starts from its first one again. */
  readonly startsFromTop?: boolean;
  /** Asked again whenever the list comes back. */
  readonly rows: () => Promise<readonly ListRow[]>;
}

export async function askList(title: string, total: number, list: QuickList, canGoBack: boolean): Promise<Outcome> {
  let at = 0;
  for (;;) {
    const rows = await list.rows();
    const chosen = await showOnce(title, total, { list, rows, at, canGoBack });
    if (typeof chosen === "string") return chosen;
    if (await chosen.press()) return "next";
    // The same place in the list, though the row may say something else by now.
    at = list.startsFromTop === true ? 0 : rows.indexOf(chosen);
  }
}

interface Shown {
  readonly list: QuickList;
  readonly rows: readonly ListRow[];
  /** The row to start from. */
  readonly at: number;
  readonly canGoBack: boolean;
}

type RowItem = vscode.QuickPickItem & { readonly row?: ListRow };

function showOnce(title: string, total: number, { list, rows, at, canGoBack }: Shown): Promise<Outcome | ListRow> {
  const picker = vscode.window.createQuickPick<RowItem>();
  Object.assign(picker, { title, ignoreFocusOut: true, placeholder: list.question, matchOnDescription: true });
  if (list.number !== undefined && total > 1) Object.assign(picker, { step: list.number, totalSteps: total });
  const items = rows.map(itemOf);
  picker.items = items.flatMap((item, index) => [...headingOf(rows[index] ?? {}), item]);
  picker.activeItems = items.slice(at, at + 1);
  picker.buttons = canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    const finish = (outcome: Outcome | ListRow): void => {
      resolve(outcome);
      picker.dispose();
    };
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      if (item?.row !== undefined) finish(item.row);
    });
    picker.onDidTriggerItemButton(({ item }) => {
      if (item.row !== undefined) finish(item.row);
    });
    picker.onDidTriggerButton(() => {
      finish("back");
    });
    picker.onDidHide(() => {
      finish("cancelled");
    });
    picker.show();
  });
}

function itemOf(row: ListRow): RowItem {
  const { label, description, detail, button } = row;
  return {
    ...{ label, row },
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(button === undefined ? {} : { buttons: [button] }),
  };
}
