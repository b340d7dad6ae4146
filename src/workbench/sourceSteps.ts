// The steps of the dialogue for connections whose tokens come from something else on this machine. The last one fetches a first token.
import { parseConnection, problemWithCommand } from "../oauth/connection.ts";
import type { Token } from "../oauth/token.ts";
import { textOf, wordsOf } from "./commandWords.ts";
import { merge, type Draft } from "./draft.ts";
import type { Choice } from "./quickChoice.ts";
import type { Step } from "./quickSteps.ts";
import type { SignInStepParts, Subject } from "./signInStepParts.ts";

/** Left out where there is nothing to choose. */
export function providerStep(parts: SignInStepParts, draft: Draft): Choice | undefined {
  const providers = parts.accountProviders();
  if (draft.flow !== "vscode" || providers.length < 2) return undefined;
  const items = providers.map(({ id, label }) => ({
    label,
    detail: id,
    take: () => {
      draft.providerId = id;
    },
  }));
  const chosen = providers.find(({ id }) => id === draft.providerId)?.label ?? "";
  return { number: 4, question: "Which kind of account?", items, chosen };
}

export function sourceStep(
  parts: SignInStepParts,
  { draft, entry, replaces }: Subject,
  fetched: (token: Token) => void,
): Step {
  const { prompt, placeholder, value, problem, take } = draft.flow === "command" ? commandBox(draft) : scopesBox(draft);
  const save = (text: string): Promise<void> => {
    take(text);
    return parts.save(merge(entry, draft), replaces);
  };
  return {
    ...{ number: 5, prompt, placeholder, value, problem },
    accept: async (text, signal) => {
      take(text);
      fetched(await parts.signInBySource(parseConnection(merge(entry, draft)), signal));
      await save(text);
    },
    wayOut: () => ({ purpose: "save without a first token", accept: save }),
  };
}

interface Box extends Pick<Step, "prompt" | "placeholder" | "value" | "problem"> {
  readonly take: (text: string) => void;
}

function commandBox(draft: Draft): Box {
  return {
    prompt:
      "A program that prints a token, and its arguments. It is run without a shell, now and whenever a new token is due.",
    placeholder: "az account get-access-token --resource api://lancedb",
    value: textOf(draft.command),
    problem: (text) => {
      const words = wordsOf(text);
      if (words === undefined) return "A quotation mark is not closed.";
      return words[0] === undefined ? "The command is missing." : problemWithCommand(words[0]);
    },
    take: (text) => {
      draft.command = wordsOf(text) ?? [];
    },
  };
}

function scopesBox(draft: Draft): Box {
  const isAzure = draft.flow === "azure_managed_identity";
  return {
    prompt: isAzure
      ? "The scope of your LanceDB server in Entra ID. A first token is fetched from this machine’s identity."
      : "The scopes of your LanceDB server, separated by blanks. VS Code asks which account may be used.",
    placeholder: "api://lancedb/.default",
    value: draft.scopes.join(" "),
    problem: (text) => {
      const scopes = scopesIn(text);
      if (scopes.length === 0) return "A scope is missing.";
      return isAzure && scopes.length > 1 ? "A managed identity takes one scope." : undefined;
    },
    take: (text) => {
      draft.scopes = scopesIn(text);
    },
  };
}

function scopesIn(text: string): readonly string[] {
  return text.split(/\s+/).filter((scope) => scope !== "");
}
