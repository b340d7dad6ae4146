// The steps of the dialogue for connections whose tokens come from something else on this machine. The last one fetches a first token.
import * as l10n from "@vscode/l10n";
import { parseConnection, problemWithCommand } from "../oauth/connection.ts";
import type { Token } from "../oauth/token.ts";
import { textOf, wordsOf } from "../settings/commandWords.ts";
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
  return { number: 4, question: l10n.t("Which kind of account?"), items, chosen };
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
    wayOut: () => ({ purpose: l10n.t("save without a first token"), accept: save }),
  };
}

interface Box extends Pick<Step, "prompt" | "placeholder" | "value" | "problem"> {
  readonly take: (text: string) => void;
}

function commandBox(draft: Draft): Box {
  return {
    prompt: l10n.t(
      "A program that prints a token, and its arguments. It is run without a shell, now and whenever a new token is due.",
    ),
    placeholder: "az account get-access-token --resource api://lancedb",
    value: textOf(draft.command),
    problem: (text) => {
      const words = wordsOf(text);
      if (words === undefined) return l10n.t("A quotation mark is not closed.");
      return words[0] === undefined ? l10n.t("The command is missing.") : problemWithCommand(words[0]);
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
      ? l10n.t("The scope of your LanceDB server in Entra ID. A first token is fetched from this machine’s identity.")
      : l10n.t("The scopes of your LanceDB server, separated by blanks. VS Code asks which account may be used."),
    placeholder: "api://lancedb/.default",
    value: draft.scopes.join(" "),
    problem: (text) => {
      const scopes = scopesIn(text);
      if (scopes.length === 0) return l10n.t("A scope is missing.");
      return isAzure && scopes.length > 1 ? l10n.t("A managed identity takes one scope.") : undefined;
    },
    take: (text) => {
      draft.scopes = scopesIn(text);
    },
  };
}

function scopesIn(text: string): readonly string[] {
  return text.split(/\s+/).filter((scope) => scope !== "");
}
