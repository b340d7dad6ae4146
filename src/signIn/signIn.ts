// The commands Sign In and Refresh Token: how each flow comes to a new token, and the box that asks for what only a person has.
import * as l10n from "@vscode/l10n";
import { problemWithApiKey } from "../oauth/apiKey.ts";
import { hostOf, isPersonal, usesIssuer, usesSource, type Connection } from "../oauth/connection.ts";
import { asAuthError } from "../oauth/errors.ts";
import { Secret } from "../oauth/secret.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { shownName } from "../messages/environmentWords.ts";
import { sentenceFor } from "../messages/failure.ts";
import { runSteps, type Step } from "./quickSteps.ts";
import type { Secrets } from "../accounts/secrets.ts";
import { showFailure } from "../messages/showFailure.ts";

export interface SignInParts {
  readonly accounts: Accounts;
  readonly secrets: Secrets;
  /** Answers whether somebody has signed in. */
  readonly signInAsPerson: (account: Account) => Promise<boolean>;
  /** Tells those who hear the editor that somebody has signed in. */
  readonly announce: (account: Account) => void;
}

/** With a stored secret: a new token. Without, or when the server refuses it: asks for the secret. A key is always asked for. */
export async function signIn(parts: SignInParts, account: Account): Promise<void> {
  if (await hasSignedIn(parts, account)) parts.announce(account);
}

async function hasSignedIn(parts: SignInParts, account: Account): Promise<boolean> {
  const { connection, provider } = account;
  if (isPersonal(connection)) return parts.signInAsPerson(account);
  if (usesSource(connection)) {
    await parts.accounts.signInBySource(connection);
    return true;
  }
  const isKey = connection.flow === "api_key";
  const stored = isKey ? undefined : await parts.secrets.clientSecret(connection);
  const refused = "failure" in provider.state && provider.state.failure.code === "client_rejected";
  if (asksForNoSecret(connection) || (stored !== undefined && !refused)) return hasRefreshed(account);
  const step = {
    number: 1,
    ...(isKey ? keyBox(connection) : secretBox(connection)),
    value: "",
    password: true,
    accept: async (text: string, signal: AbortSignal) => {
      await parts.accounts.signIn(connection, new Secret(text), signal);
    },
  };
  return runSteps(l10n.t("Sign In to “{0}”", shownName(connection)), 1, [() => step], (failure) =>
    sentenceFor(asAuthError(failure)),
  );
}

/** A workload's token is in a file that something else writes; a public client has nothing to type. */
function asksForNoSecret({ flow, clientAuthentication }: Connection): boolean {
  return usesIssuer({ flow }) && (clientAuthentication === "none" || clientAuthentication === "token_file");
}

function secretBox({ clientId, clientAuthentication }: Connection): Pick<Step, "prompt" | "placeholder" | "problem"> {
  if (clientAuthentication === "private_key_jwt") {
    return {
      prompt: l10n.t("The private key of {0}. It is kept in the editor’s secret storage.", clientId),
      placeholder: l10n.t("private key"),
      problem: (text) => (text === "" ? l10n.t("The private key is missing.") : undefined),
    };
  }
  return {
    prompt: l10n.t("The client secret of {0}. It is kept in the editor’s secret storage.", clientId),
    placeholder: l10n.t("client secret"),
    problem: (text) => (text === "" ? l10n.t("The client secret is missing.") : undefined),
  };
}

function keyBox(connection: Connection): Pick<Step, "prompt" | "placeholder" | "problem"> {
  return {
    prompt: l10n.t(
      "The API key for {0} at {1}. It is kept in the editor’s secret storage.",
      connection.uri,
      new URL(hostOf(connection)).host,
    ),
    placeholder: l10n.t("API key"),
    problem: problemWithApiKey,
  };
}

/** Success shows in the status bar, and nowhere else for those who see it. */
export async function refresh(parts: Pick<SignInParts, "announce">, account: Account): Promise<void> {
  if (await hasRefreshed(account)) parts.announce(account);
}

async function hasRefreshed({ connection, provider }: Account): Promise<boolean> {
  try {
    await provider.refreshToken();
    return true;
  } catch (error) {
    showFailure(asAuthError(error), connection.name);
    return false;
  }
}
