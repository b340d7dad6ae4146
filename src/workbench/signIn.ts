// The commands Sign In and Refresh Token: how each flow comes to a new token, and the box that asks for what only a person has.
import { problemWithApiKey } from "../oauth/apiKey.ts";
import { hostOf, isPersonal, usesSource, type Connection } from "../oauth/connection.ts";
import { asAuthError } from "../oauth/errors.ts";
import { Secret } from "../oauth/secret.ts";
import type { Account, Accounts } from "./accounts.ts";
import { sentenceFor } from "./failure.ts";
import { runSteps, type Step } from "./quickSteps.ts";
import type { Secrets } from "./secrets.ts";
import { showFailure } from "./showFailure.ts";

export interface SignInParts {
  readonly accounts: Accounts;
  readonly secrets: Secrets;
  readonly signInAsPerson: (account: Account) => Promise<void>;
}

/** With a stored secret: a new token. Without, or when the server refuses it: asks for the secret. A key is always asked for. */
export async function signIn(parts: SignInParts, account: Account): Promise<void> {
  const { connection, provider } = account;
  if (isPersonal(connection)) return parts.signInAsPerson(account);
  if (usesSource(connection)) {
    await parts.accounts.signInBySource(connection);
    return;
  }
  const isKey = connection.flow === "api_key";
  const stored = isKey ? undefined : await parts.secrets.clientSecret(connection);
  const refused = "failure" in provider.state && provider.state.failure.code === "client_rejected";
  if (stored !== undefined && !refused) return refresh(account);
  const step = {
    number: 1,
    ...(isKey ? keyBox(connection) : secretBox(connection)),
    value: "",
    password: true,
    accept: async (text: string, signal: AbortSignal) => {
      await parts.accounts.signIn(connection, new Secret(text), signal);
    },
  };
  await runSteps(`Sign In to “${connection.name}”`, 1, [() => step], (failure) => sentenceFor(asAuthError(failure)));
}

function secretBox({ clientId, clientAuthentication }: Connection): Pick<Step, "prompt" | "placeholder" | "problem"> {
  const what = clientAuthentication === "private_key_jwt" ? "private key" : "client secret";
  return {
    prompt: `The ${what} of ${clientId}. It is kept in the editor’s secret storage.`,
    placeholder: what,
    problem: (text) => (text === "" ? `The ${what} is missing.` : undefined),
  };
}

function keyBox(connection: Connection): Pick<Step, "prompt" | "placeholder" | "problem"> {
  return {
    prompt: `The API key for ${connection.uri} at ${new URL(hostOf(connection)).host}. It is kept in the editor’s secret storage.`,
    placeholder: "API key",
    problem: problemWithApiKey,
  };
}

/** Success shows in the status bar and nowhere else. */
export async function refresh({ connection, provider }: Account): Promise<void> {
  try {
    await provider.refreshToken();
  } catch (error) {
    showFailure(asAuthError(error), connection.name);
  }
}
