// One step of a dialogue that is a choice from a short list. Knows nothing of connections.
import * as vscode from "vscode";

/** How a step of a dialogue ends. */
export type Outcome = "next" | "back" | "cancelled";

export interface ChoiceItem {
  readonly label: string;
  readonly detail: string;
  readonly take: () => void;
}

export interface Choice {
  readonly number: number;
  readonly question: string;
  readonly items: readonly ChoiceItem[];
  /** The label of the item to start from. */
  readonly chosen: string;
}

export function askChoice(title: string, total: number, choice: Choice, canGoBack: boolean): Promise<Outcome> {
  const picker = vscode.window.createQuickPick<ChoiceItem>();
  Object.assign(picker, { title, step: choice.number, totalSteps: total, ignoreFocusOut: true });
  picker.placeholder = choice.question;
  picker.items = choice.items;
  picker.activeItems = choice.items.filter(({ label }) => label === choice.chosen);
  picker.buttons = canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    const finish = (outcome: Outcome): void => {
      resolve(outcome);
      picker.dispose();
    };
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      if (item === undefined) return;
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
