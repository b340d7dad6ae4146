// Several input boxes in a row as one dialogue: step counter, back button, checks while typing and before going on.
// A failed check keeps the box and what was typed in it. Knows nothing of connections.
import * as vscode from "vscode";
import { askChoice, type Choice, type Outcome } from "./quickChoice.ts";

export interface Step {
  /** The counter's number; two boxes may share one. */
  readonly number: number;
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  readonly password?: boolean;
  /** Called while typing: a sentence, or nothing. */
  readonly problem: (text: string) => string | undefined;
  /** Called on Enter. Throws to stay in the box; the thrown error's sentence is shown there. */
  readonly accept: Accept;
  /** After a failed accept: an arrow in the title bar that goes on all the same; purpose ends the sentence "Press → to …". */
  readonly wayOut?: (failure: unknown) => { readonly purpose: string; readonly accept: Accept } | undefined;
}

/**
 * Runs the steps; each is made anew when it is reached, so that it sees what the earlier ones accepted, and is left out where
 * there is nothing to ask. Answers false when cancelled.
 */
export async function runSteps(
  title: string,
  total: number,
  steps: readonly (() => Step | Choice | undefined)[],
  sentence: (failure: unknown) => string,
): Promise<boolean> {
  let [at, direction] = [0, 1];
  while (at < steps.length) {
    const step = steps[at]?.();
    if (step !== undefined) {
      const outcome =
        "items" in step
          ? await askChoice(title, total, step, at > 0)
          : await new StepDialogue(title, total, step, at > 0, sentence).run();
      if (outcome === "cancelled") return false;
      direction = outcome === "next" ? 1 : -1;
    }
    at += direction;
  }
  return true;
}

type Accept = (text: string, signal: AbortSignal) => Promise<void> | void;

/** One box, from its showing to its end. */
class StepDialogue {
  readonly #input = vscode.window.createInputBox();
  readonly #step: Step;
  readonly #back: readonly vscode.QuickInputButton[];
  readonly #sentence: (failure: unknown) => string;
  #checking: AbortController | undefined;
  #wayOut: Accept | undefined;
  #finish: (outcome: Outcome) => void = () => undefined;

  constructor(title: string, total: number, step: Step, canGoBack: boolean, sentence: (failure: unknown) => string) {
    this.#step = step;
    this.#sentence = sentence;
    this.#back = canGoBack ? [vscode.QuickInputButtons.Back] : [];
    const input = this.#input;
    Object.assign(input, { title, value: step.value, ignoreFocusOut: true });
    if (total > 1) Object.assign(input, { step: step.number, totalSteps: total });
    Object.assign(input, { prompt: step.prompt, placeholder: step.placeholder, password: step.password === true });
    input.buttons = this.#back;
    input.onDidChangeValue(() => {
      this.#typed();
    });
    input.onDidAccept(() => {
      this.#entered();
    });
    input.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) this.#finish("back");
      else if (this.#wayOut !== undefined) void this.#attempt(this.#wayOut);
    });
    input.onDidHide(() => {
      this.#finish("cancelled");
    });
  }

  run(): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#finish = (outcome) => {
        this.#checking?.abort();
        resolve(outcome);
        this.#input.dispose();
      };
      this.#input.show();
    });
  }

  /** White space around a secret may belong to it. */
  #text(): string {
    return this.#step.password === true ? this.#input.value : this.#input.value.trim();
  }

  /** Typing gives a check under way up, and its complaint with it. */
  #typed(): void {
    this.#checking?.abort();
    this.#wayOut = undefined;
    this.#input.buttons = this.#back;
    const text = this.#text();
    this.#complain(text === "" ? undefined : this.#step.problem(text));
  }

  #entered(): void {
    const problem = this.#step.problem(this.#text());
    if (problem === undefined) void this.#attempt(this.#step.accept);
    else this.#complain(problem);
  }

  #complain(message: string | undefined): void {
    const severity = vscode.InputBoxValidationSeverity.Error;
    this.#input.validationMessage = message === undefined ? undefined : { message, severity };
  }

  async #attempt(accept: Accept): Promise<void> {
    if (this.#checking !== undefined) return;
    const abort = new AbortController();
    this.#checking = abort;
    this.#input.busy = true;
    this.#complain(undefined);
    try {
      await accept(this.#text(), abort.signal);
      if (!abort.signal.aborted) this.#finish("next");
    } catch (failure) {
      if (!abort.signal.aborted) this.#refuse(failure);
    } finally {
      this.#checking = undefined;
      this.#input.busy = false;
    }
  }

  #refuse(failure: unknown): void {
    const sentence = this.#sentence(failure);
    const offered = this.#step.wayOut?.(failure);
    this.#complain(
      offered === undefined ? sentence : vscode.l10n.t("{0} Or press → to {1}.", sentence, offered.purpose),
    );
    if (offered === undefined) return;
    this.#wayOut = offered.accept;
    const tooltip = offered.purpose.charAt(0).toUpperCase() + offered.purpose.slice(1);
    this.#input.buttons = [...this.#back, { iconPath: new vscode.ThemeIcon("arrow-right"), tooltip }];
  }
}
