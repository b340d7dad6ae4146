// Several input boxes in a row as one dialogue: step counter, back button, checks while typing and before going on.
// A failed check keeps the box and what was typed in it. Knows nothing of connections.
import * as vscode from "vscode";
import { askChoice, type Choice, type Outcome } from "./quickChoice.ts";
import { askList, type QuickList } from "./quickList.ts";

export interface Step {
  /** The counter's number; two boxes may share one. */
  readonly number: number;
  /** Where it is not the dialogue's own. */
  readonly total?: number;
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  readonly password?: boolean;
  /** Enter is pressed for the person, who has just said so in the step before. */
  readonly isEntered?: boolean;
  /** Called while typing: a sentence, or nothing. */
  readonly problem: (text: string) => string | undefined;
  /** Called on Enter. Throws to stay in the box; the thrown error's sentence is shown there. */
  readonly accept: Accept;
  /** After a failed accept: an arrow in the title bar that goes on all the same; purpose ends the sentence "Press → to …". */
  readonly wayOut?: (failure: unknown) => { readonly purpose: string; readonly accept: Accept } | undefined;
}

export type AnyStep = Step | Choice | QuickList;

/** Makes a step anew when it is reached, so that it sees what the earlier ones accepted; nothing where there is nothing to ask. */
export type StepMaker = () => AnyStep | undefined;

/**
 * Runs the steps; which ones there are is asked again after each, for an answer may decide what follows. Answers false when cancelled.
 */
export async function runSteps(
  title: string,
  total: number,
  steps: readonly StepMaker[] | (() => readonly StepMaker[]),
  sentence: (failure: unknown) => string,
): Promise<boolean> {
  let [at, direction] = [0, 1];
  const asked: number[] = [];
  for (;;) {
    const makers = typeof steps === "function" ? steps() : steps;
    if (at >= makers.length) return true;
    const step = makers[at]?.();
    if (step !== undefined) {
      const earlier = asked.filter((each) => each < at);
      const outcome = await askStep({ title, total, step, canGoBack: earlier.length > 0, sentence });
      if (outcome === "cancelled") return false;
      asked.push(at);
      direction = outcome === "next" ? 1 : -1;
    }
    // What was asked before may have nothing to ask now.
    at = Math.max(at + direction, 0);
    if (at === 0) direction = 1;
  }
}

interface Asked<Kind extends AnyStep = AnyStep> {
  readonly title: string;
  readonly total: number;
  readonly step: Kind;
  readonly canGoBack: boolean;
  readonly sentence: (failure: unknown) => string;
}

function askStep({ step, ...asked }: Asked): Promise<Outcome> {
  const { title, total, canGoBack } = { ...asked, total: step.total ?? asked.total };
  if ("items" in step) return askChoice(title, total, step, canGoBack);
  if ("rows" in step) return askList(title, total, step, canGoBack);
  return new StepDialogue({ ...asked, total, step }).run();
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

  constructor({ title, total, step, canGoBack, sentence }: Asked<Step>) {
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
      if (this.#step.isEntered === true) this.#entered();
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
