// One step of a dialogue that is a choice from a short list. Knows nothing of connections.
import * as vscode from "vscode";

/** How a step of a dialogue ends. */
export type Outcome = "next" | "back" | "cancelled";

export interface ChoiceItem {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Said above the item, and above those that follow it. */
  readonly heading?: string;
  readonly take: () => void;
}

export interface Choice {
  /** The counter's number; none is shown where it is left out. */
  readonly number?: number;
  readonly total?: number;
  readonly question: string;
  readonly items: readonly ChoiceItem[];
  /** The label of the item to start from. */
  readonly chosen: string;
}

export function askChoice(title: string, total: number, choice: Choice, canGoBack: boolean): Promise<Outcome> {
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & Partial<ChoiceItem>>();
  Object.assign(picker, { title, ignoreFocusOut: true });
  if (choice.number !== undefined && total > 1) Object.assign(picker, { step: choice.number, totalSteps: total });
  picker.placeholder = choice.question;
  picker.items = choice.items.flatMap((item) => [...headingOf(item), item]);
  picker.activeItems = picker.items.filter(({ label, take }) => take !== undefined && label === choice.chosen);
  picker.buttons = canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    const finish = (outcome: Outcome): void => {
      resolve(outcome);
      picker.dispose();
    };
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      if (item?.take === undefined) return;
      item.take();
      finish("next");
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

/** A line with a word, above the rows that belong together. */
export function headingOf({ heading }: { readonly heading?: string }): readonly vscode.QuickPickItem[] {
  return heading === undefined ? [] : [{ label: heading, kind: vscode.QuickPickItemKind.Separator }];
}
