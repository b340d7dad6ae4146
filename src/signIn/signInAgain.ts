// The Sign In command for a connection of a person: its own way first, and when that fails the next one is offered.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { asAuthError, type AuthError } from "../oauth/errors.ts";
import { Secret } from "../oauth/secret.ts";
import type { WayToSignIn } from "../oauth/grants/waysToSignIn.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { sentenceFor } from "../messages/failure.ts";
import type { Log } from "../messages/log.ts";
import { wayName, type PersonalSignIn } from "./personalSignIn.ts";
import type { Secrets } from "../accounts/secrets.ts";

export interface SignInAgainParts {
  readonly accounts: Accounts;
  readonly secrets: Secrets;
  readonly person: PersonalSignIn;
  readonly log: Log;
}

/** Answers whether somebody has signed in. Rejects with AuthError where not even a first way can be found. */
export async function signInAgain(parts: SignInAgainParts, { connection, provider }: Account): Promise<boolean> {
  const { accounts, secrets, person, log } = parts;
  // What the last renewal was refused for is asked of the person now, once.
  const { state } = provider;
  const challenge = "failure" in state ? state.failure.challenge : undefined;
  const needed = connection.clientAuthentication !== "none";
  const secret = needed
    ? ((await secrets.clientSecret(connection)) ?? (await askSecret(connection.clientId)))
    : undefined;
  if (needed && secret === undefined) return false;
  const ways = await person.ways(connection);
  let way: WayToSignIn | undefined = ways[0];
  while (way !== undefined) {
    try {
      const granted = await person.run(connection, way, () => Promise.resolve(secret), { challenge });
      await accounts.keep(connection, granted, secret);
      return true;
    } catch (error) {
      const failure = asAuthError(error);
      if (failure.code === "cancelled") return false;
      log.failure(`"${connection.name}"`, failure);
      way = await offerNext(connection.name, failure, way, ways[ways.indexOf(way) + 1]);
    }
  }
  return false;
}

async function offerNext(
  name: string,
  failure: AuthError,
  tried: WayToSignIn,
  next: WayToSignIn | undefined,
): Promise<WayToSignIn | undefined> {
  const [again, showLog] = [vscode.l10n.t("Try Again"), vscode.l10n.t("Show Log")];
  const offered = next === undefined ? [again, showLog] : [wayName(next), again, showLog];
  const chosen = await vscode.window.showErrorMessage(
    vscode.l10n.t("“{0}”: {1}", name, sentenceFor(failure)),
    ...offered,
  );
  if (chosen === showLog) await vscode.commands.executeCommand(commandIds.showLog);
  if (chosen === again) return tried;
  return next !== undefined && chosen === wayName(next) ? next : undefined;
}

async function askSecret(clientId: string): Promise<Secret | undefined> {
  const prompt = vscode.l10n.t("The client secret of {0}. It is kept in the editor’s secret storage.", clientId);
  const typed = await vscode.window.showInputBox({ prompt, password: true, ignoreFocusOut: true });
  return typed === undefined || typed === "" ? undefined : new Secret(typed);
}
